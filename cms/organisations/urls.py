"""Addresses of this room."""

from django.urls import path

from cms.organisations.views import accounts, audit, data, imports, members, tree

app_name = "organisations"
urlpatterns = [
    path("workbench/members/", members.member_list, name="members"),
    path("workbench/members/import/", imports.choose, name="import"),
    path("workbench/members/import/template.xlsx", imports.template, name="import_template"),
    path("workbench/members/import/<uuid:uuid>/", imports.look, name="import_look"),
    path("workbench/members/import/<uuid:uuid>/confirm/", imports.confirm, name="import_confirm"),
    path("workbench/members/import/<uuid:uuid>/errors.xlsx", imports.wrong_rows, name="import_errors"),
    path("workbench/members/<key:pk>/", members.member, name="member"),
    path("workbench/members/<key:pk>/transfer/", members.transfer_member, name="transfer"),
    path("workbench/members/<key:pk>/contact/", members.show_contact, name="contact"),
    path("workbench/members/<key:pk>/code/", members.issue, name="issue_code"),
    path("workbench/accounts/", accounts.account_list, name="accounts"),
    path("workbench/accounts/<key:pk>/", accounts.account, name="account"),
    path("workbench/accounts/<key:pk>/grant/", accounts.grant, name="grant_role"),
    path("workbench/accounts/<key:pk>/close/", accounts.close, name="close_account"),
    path("workbench/accounts/<key:pk>/reopen/", accounts.reopen, name="reopen_account"),
    path("workbench/accounts/<key:pk>/unlock/", accounts.unlock, name="unlock_account"),
    path("workbench/accounts/<key:pk>/reset-factor/", accounts.reset_factor, name="reset_factor"),
    path("workbench/accounts/<key:pk>/password/", accounts.password, name="set_password"),
    path("workbench/roles/<key:pk>/end/", accounts.end, name="end_role"),
    path("workbench/organisations/", tree.organisation_list, name="tree"),
    path("workbench/organisations/<key:pk>/", tree.organisation, name="organisation"),
    path("workbench/organisations/<key:pk>/add/", tree.add, name="add_organisation"),
    path("workbench/organisations/<key:pk>/rename/", tree.rename, name="rename_organisation"),
    path("workbench/organisations/<key:pk>/move/", tree.move, name="move_organisation"),
    path("workbench/organisations/<key:pk>/close/", tree.close, name="close_organisation"),
    path("workbench/organisations/<key:pk>/reopen/", tree.reopen, name="reopen_organisation"),
    path("workbench/audit/", audit.audit_log, name="audit"),
    path("workbench/disputes/", data.dispute_list, name="disputes"),
    path("workbench/disputes/<key:pk>/answer/", data.answer, name="answer_dispute"),
    path("me/data/", data.my_data, name="my_data"),
    path("me/data/export.json", data.export, name="export_data"),
    path("me/data/<str:slug>/dispute/", data.dispute, name="dispute"),
]
