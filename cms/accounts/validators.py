"""What a phone and a staff number look like."""

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

validate_phone = RegexValidator(r"^1\d{10}$", _("Enter a mobile number of 11 digits."), code="phone")
validate_staff_number = RegexValidator(
    r"^[A-Za-z0-9][A-Za-z0-9-]{1,31}$", _("Use 2 to 32 letters, digits or hyphens."), code="staff_number"
)
