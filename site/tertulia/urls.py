from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from users.admin import EmailAddressAdmin, GroupAdmin
from users.login.recent_login import guard_admin

from .accounts import setup
from .data import views as data_views
from .imports import page as imports_page
from .operations import status, views

# The admin uses allauth's login, so that allauth's rate limits and checks apply to it.
admin.site.login = secure_admin_login(views.enter_admin)
guard_admin(admin.site)
# Credentials cannot be edited in the admin: that would bypass the log of administrators' actions.
admin.site.unregister([Authenticator, SocialAccount, SocialApp, SocialToken])
# E-mail addresses and groups are read-only in the admin.
admin.site.unregister([EmailAddress, Group])
admin.site.register(EmailAddress, EmailAddressAdmin)
admin.site.register(Group, GroupAdmin)

handler500 = "tertulia.operations.htmx_errors.server_error"

# Rooms and messages first: they are asked for all day.
urlpatterns = [
    path("design/", include("tertulia.design.urls")),
    path("setup/", setup.setup, name="setup"),
    path("accounts/", include("tertulia.accounts.urls")),
    path("system/", status.system, name="system"),
    path("system/imports/", imports_page.imports, name="imports"),
    path("system/tasks/<int:pk>/retry/", status.retry_task, name="retry_task"),
    path("", include("rooms.urls")),
    path("api/", include("tertulia.api.urls")),
    path("", include("tertulia.api.guide.urls")),
    path("", include("messaging.urls")),
    path("", include("tertulia.installed.urls")),
    path("profile/export/", data_views.person, name="export_person"),
    path("profile/export/zip/", data_views.person_zip, name="export_person_zip"),
    re_path(
        r"^rooms/(?P<slug>[-\w]{1,80})/export/(?P<kind>html|json|csv|zip)/$",
        data_views.room,
        name="export_room",
    ),
    path("", include("users.urls")),
    path("admin/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    path("admin/", admin.site.urls),
]
