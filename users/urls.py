from django.urls import path, re_path

from .views import (
    account_news,
    avatars,
    invitations,
    kept_forms,
    links,
    log,
    people,
    profile,
    sessions,
    status,
    workspace,
)

app_name = "users"

urlpatterns = [
    path("profile/", profile.profile, name="profile"),
    path("profile/avatar/", avatars.avatar, name="avatar"),
    path("profile/avatar/remove/", avatars.remove, name="remove_avatar"),
    path("avatars/<int:pk>/<slug:key>.webp", avatars.avatar_file, name="avatar_file"),
    path("profile/status/", status.status, name="status"),
    path("profile/status/clear/", status.clear, name="clear_status"),
    path("profile/password/", profile.new_password, name="new_password"),
    path("profile/log/", account_news.account_news, name="account_news"),
    path("profile/sessions/", sessions.sessions, name="sessions"),
    path("profile/sessions/end/", sessions.end, name="end_session"),
    path("profile/sessions/end-others/", sessions.end_others, name="end_other_sessions"),
    path("enter/<token>/", links.login_link, name="login_link"),
    path("invitations/", invitations.invitations, name="invitations"),
    path("invitations/<int:pk>/revoke/", invitations.revoke, name="revoke_invitation"),
    path("invitations/<token>/", links.invited_signup, name="invited_signup"),
    path("people/", people.people, name="people"),
    path("people/<int:pk>/login-link/", people.login_link, name="issue_login_link"),
    path(
        "people/<int:pk>/make-administrator/", people.make_administrator, name="make_administrator"
    ),
    path(
        "people/<int:pk>/unmake-administrator/",
        people.unmake_administrator,
        name="unmake_administrator",
    ),
    path("people/<int:pk>/deactivate/", people.deactivate, name="deactivate"),
    path("people/<int:pk>/reactivate/", people.reactivate, name="reactivate"),
    path("people/<int:pk>/remove-avatar/", avatars.remove_of, name="remove_avatar_of"),
    path("people/<int:pk>/remove-status/", status.remove_of, name="remove_status_of"),
    path(
        "people/<int:pk>/reset-second-factor/",
        people.reset_second_factor,
        name="reset_second_factor",
    ),
    # Usernames in any Unicode form, but without NUL, which is an error in PostgreSQL.
    re_path(r"^people/(?P<username>[^/\x00]{1,60})/$", people.person, name="person"),
    path("log/", log.log, name="log"),
    path("kept/discard/", kept_forms.discard, name="discard_kept_form"),
    path("workspace/", workspace.workspace, name="workspace"),
]
