"""Addresses of this room: allauth's pages that make sense here, and ours.

Sign-up, e-mail and password-by-mail pages do not exist: accounts come from the branch, and so does help.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.contrib.auth.decorators import login_required
from django.urls import include, path
from django.views.generic import TemplateView

from cms.accounts.views import allauth_pages as pages
from cms.accounts.views import code
from cms.accounts.views import settings as own
from cms.accounts.views.wagtail_account import account as admin_account

ours = [
    path("accounts/code/", code.sign_in_with_code, name="code"),
    path("accounts/qr/<str:token>/", code.sign_in_with_qr, name="qr"),
    path("me/settings/", own.settings, name="settings"),
    path("me/settings/sign-out-elsewhere/", own.sign_out_elsewhere, name="sign_out_elsewhere"),
]
sign_in = [
    path("login/", pages.SignIn.as_view(), name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", pages.Reauthenticate.as_view(), name="account_reauthenticate"),
    path("password/change/", login_required(pages.ChangePassword.as_view()), name="account_change_password"),
    path("password/set/", pages.SetPassword.as_view(), name="account_set_password"),
    path(
        "password/reset/",
        TemplateView.as_view(template_name="accounts/forgotten.html"),
        name="account_reset_password",
    ),
]
second_factor = [
    path("", mfa.index, name="mfa_index"),
    path("authenticate/", pages.AuthenticateFactor.as_view(), name="mfa_authenticate"),
    path("reauthenticate/", pages.ReauthenticateFactor.as_view(), name="mfa_reauthenticate"),
    path("totp/activate/", pages.ActivateApp.as_view(), name="mfa_activate_totp"),
    path("totp/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("recovery-codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("recovery-codes/generate/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("recovery-codes/download/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("webauthn/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("webauthn/add/", pages.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("webauthn/login/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("webauthn/reauthenticate/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("webauthn/keys/<key:pk>/remove/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
    path("webauthn/keys/<key:pk>/edit/", pages.EditPasskey.as_view(), name="mfa_edit_webauthn"),
]
urlpatterns = [
    # Before the admin's own address of this name.
    path("admin/account/", admin_account, name="wagtailadmin_account"),
    path("", include((ours, "accounts"))),
    path("accounts/", include(sign_in)),
    path("accounts/2fa/", include(second_factor)),
]
