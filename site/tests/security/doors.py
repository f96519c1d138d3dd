"""The access matrix: the expected response for every user at every URL and socket.

A line begins with a URL: its name and arguments (words of the fixture `things`, or literals after
"="), or the path itself. Then come the method and the response for each of PEOPLE: a status, "log"
for a redirect to the login, "adm" for a redirect to the admin's login, "any" for anything but a
failure. A method without a line gets 405 or the login.

An object that a user may not see gives 404, as if it did not exist. An action that is not permitted
on a visible object gives 403. 422 means access: the form was rejected only because it was empty.

A feature's lines are in `tests/access.txt` of its package; TABLE has all others.

The lines of the API (`api:…`) are for programs with a token of each person, which may do all that
the person may; Dan's and nobody's do not work. Without a token everybody gets 401.
"""

from typing import NamedTuple

from ..servers import ROOT

# Ana owns both rooms and administers the workspace; Clara moderates; Bruno is a member; Mia is a
# muted member; Eve is in no room; Rui was removed, Bea banned, Dan deactivated; nobody is an
# anonymous visitor.
PEOPLE = ("ana", "clara", "bruno", "mia", "eve", "rui", "bea", "dan", "nobody")

# "lobby" is an open room, "den" a closed one.
TABLE = """
#                                                     ana cla bru mia eve rui bea dan nob
# The designers' gallery: for administrators only, unless DEBUG is on
design:gallery                                   GET  200 403 403 403 403 403 403 log log
design:gallery                                   POST 405 405 405 405 405 405 405 405 405
design:version                                   GET  404 403 403 403 403 403 403 log log
design:version                                   POST 405 405 405 405 405 405 405 405 405
design:sample =messaging-_message-html-own       GET  200 403 403 403 403 403 403 log log
design:sample =messaging-_message-html-own       POST 405 405 405 405 405 405 405 405 405

# Logging in and signing up
setup                                            GET  404 404 404 404 404 404 404 404 404
setup                                            POST 404 404 404 404 404 404 404 404 404
account_signup                                   GET  302 302 302 302 302 302 302 200 200
account_signup                                   POST 302 302 302 302 302 302 302 422 422
account_email                                    GET  200 200 200 200 200 200 200 log log
account_email                                    POST 302 302 302 302 302 302 302 log log
socialaccount_signup                             GET  log log log log log log log log log
socialaccount_signup                             POST log log log log log log log log log
account_login                                    GET  302 302 302 302 302 302 302 200 200
account_login                                    POST 302 302 302 302 302 302 302 422 422
account_logout                                   GET  200 200 200 200 200 200 200 log log
account_logout                                   POST log log log log log log log log log
account_inactive                                 GET  200 200 200 200 200 200 200 200 200
account_reauthenticate                           GET  200 200 200 200 200 200 200 log log
account_reauthenticate                           POST 422 422 422 422 422 422 422 log log
log_in_again                                     GET  200 200 200 200 200 200 200 log log
log_in_again                                     POST 302 302 302 302 302 302 302 log log
account_email_verification_sent                  GET  200 200 200 200 200 200 200 200 200
account_change_password                          GET  200 200 200 200 200 200 200 log log
account_change_password                          POST 422 422 422 422 422 422 422 log log
account_set_password                             GET  302 302 302 302 302 302 302 log log
account_set_password                             POST 302 302 302 302 302 302 302 log log
account_reset_password                           GET  200 200 200 200 200 200 200 200 200
account_reset_password                           POST 422 422 422 422 422 422 422 422 422
account_confirm_login_code                       GET  302 302 302 302 302 302 302 302 302
account_confirm_login_code                       POST 302 302 302 302 302 302 302 302 302
account_confirm_email =guessed                   GET  410 410 410 410 410 410 410 410 410
account_confirm_email =guessed                   POST 410 410 410 410 410 410 410 410 410
account_reset_password_from_key_done             GET  200 200 200 200 200 200 200 200 200
account_reset_password_from_key =1 =set-password GET  200 200 200 200 200 200 200 200 200
account_reset_password_from_key =1 =set-password POST 422 422 422 422 422 422 422 422 422
account_reset_password_done                      GET  200 200 200 200 200 200 200 200 200
account_request_login_code                       GET  302 302 302 302 302 302 302 200 200
account_request_login_code                       POST 302 302 302 302 302 302 302 422 422

# The installed app
manifest                                         GET  200 200 200 200 200 200 200 200 200
service_worker                                   GET  200 200 200 200 200 200 200 200 200

# Second factors
mfa_index                                        GET  200 200 200 200 200 200 200 log log
mfa_authenticate                                 GET  302 302 302 302 302 302 302 log log
mfa_authenticate                                 POST 302 302 302 302 302 302 302 log log
mfa_reauthenticate                               GET  302 302 302 302 302 302 302 log log
mfa_reauthenticate                               POST 302 302 302 302 302 302 302 log log
mfa_activate_totp                                GET  302 302 302 302 302 302 302 log log
mfa_activate_totp                                POST 302 302 302 302 302 302 302 log log
mfa_deactivate_totp                              GET  404 404 404 404 404 404 404 log log
mfa_deactivate_totp                              POST 404 404 404 404 404 404 404 log log
mfa_view_recovery_codes                          GET  404 404 404 404 404 404 404 log log
mfa_generate_recovery_codes                      GET  302 302 302 302 302 302 302 log log
mfa_generate_recovery_codes                      POST 302 302 302 302 302 302 302 log log
mfa_download_recovery_codes                      GET  404 404 404 404 404 404 404 log log
mfa_download_recovery_codes                      POST 404 404 404 404 404 404 404 log log
mfa_list_webauthn                                GET  200 200 200 200 200 200 200 log log
mfa_add_webauthn                                 GET  302 302 302 302 302 302 302 log log
mfa_add_webauthn                                 POST 302 302 302 302 302 302 302 log log
mfa_reauthenticate_webauthn                      GET  302 302 302 302 302 302 302 log log
mfa_reauthenticate_webauthn                      POST 302 302 302 302 302 302 302 log log
mfa_remove_webauthn =1                           GET  302 302 302 302 302 302 302 log log
mfa_remove_webauthn =1                           POST 302 302 302 302 302 302 302 log log
mfa_edit_webauthn =1                             GET  302 302 302 302 302 302 302 log log
mfa_edit_webauthn =1                             POST 302 302 302 302 302 302 302 log log
mfa_login_webauthn                               GET  302 302 302 302 302 302 302 log log
mfa_login_webauthn                               POST 302 302 302 302 302 302 302 log log

# Single sign-on, which is not set up here
socialaccount_login_cancelled                    GET  200 200 200 200 200 200 200 200 200
socialaccount_login_error                        GET  401 401 401 401 401 401 401 log log
socialaccount_connections                        GET  200 200 200 200 200 200 200 log log
socialaccount_connections                        POST 422 422 422 422 422 422 422 log log
/accounts/social/signup/                         GET  301 301 301 301 301 301 301 log log
/accounts/social/signup/                         POST 301 301 301 301 301 301 301 log log
/accounts/social/login/cancelled/                GET  301 301 301 301 301 301 301 log log
/accounts/social/login/cancelled/                POST 301 301 301 301 301 301 301 log log
/accounts/social/login/error/                    GET  301 301 301 301 301 301 301 log log
/accounts/social/login/error/                    POST 301 301 301 301 301 301 301 log log
/accounts/social/connections/                    GET  301 301 301 301 301 301 301 log log
/accounts/social/connections/                    POST 301 301 301 301 301 301 301 log log
openid_connect_login =oidc                       GET  404 404 404 404 404 404 404 404 404
openid_connect_login =oidc                       POST 404 404 404 404 404 404 404 404 404
openid_connect_callback =oidc                    GET  404 404 404 404 404 404 404 404 404
openid_connect_callback =oidc                    POST 404 404 404 404 404 404 404 404 404

# The state of the site, for administrators, and exports
system                                           GET  200 403 403 403 403 403 403 log log
imports                                          GET  200 403 403 403 403 403 403 log log
retry_task task                                  POST 302 403 403 403 403 403 403 log log
export_person                                    GET  200 200 200 200 200 200 200 log log
export_person_zip                                GET  200 200 200 200 200 200 200 log log
export_room lobby =json                          GET  200 403 403 403 403 403 404 log log
export_room den =json                            GET  200 403 403 403 404 404 404 log log

# People
users:profile                                    GET  200 200 200 200 200 200 200 log log
users:profile                                    POST 302 302 302 302 302 302 302 log log
users:new_password                               GET  404 404 404 404 404 404 404 log log
users:new_password                               POST 404 404 404 404 404 404 404 log log
users:account_news                               GET  200 200 200 200 200 200 200 log log
users:account_news                               POST 302 302 302 302 302 302 302 log log
users:sessions                                   GET  200 200 200 200 200 200 200 log log
users:end_session                                POST 302 302 302 302 302 302 302 log log
users:end_other_sessions                         POST 302 302 302 302 302 302 302 log log
users:discard_kept_form                          POST 302 302 302 302 302 302 302 log log
users:login_link login-link                      GET  200 200 200 200 200 200 200 200 200
users:login_link login-link                      POST 302 302 302 302 302 302 302 302 302
users:login_link =guessed                        GET  410 410 410 410 410 410 410 410 410
users:login_link =guessed                        POST 410 410 410 410 410 410 410 410 410
users:invitations                                GET  200 403 403 403 403 403 403 log log
users:invitations                                POST 200 403 403 403 403 403 403 log log
users:revoke_invitation invitation               POST 302 403 403 403 403 403 403 log log
users:invited_signup invited                     GET  200 200 200 200 200 200 200 200 200
users:invited_signup invited                     POST 200 200 200 200 200 200 200 422 422
users:invited_signup =guessed                    GET  410 410 410 410 410 410 410 410 410
users:invited_signup =guessed                    POST 410 410 410 410 410 410 410 410 410
users:people                                     GET  200 200 200 200 200 200 200 log log
users:issue_login_link bruno                     POST 200 403 403 403 403 403 403 log log
users:make_administrator bruno                   POST 302 403 403 403 403 403 403 log log
users:unmake_administrator bruno                 POST 302 403 403 403 403 403 403 log log
users:deactivate bruno                           POST 302 403 403 403 403 403 403 log log
users:reactivate dan                             POST 302 403 403 403 403 403 403 log log
users:reset_second_factor bruno                  POST 302 403 403 403 403 403 403 log log
users:person =bruno                              GET  200 200 200 200 200 200 200 log log
users:log                                        GET  200 403 403 403 403 403 403 log log
users:workspace                                  GET  200 403 403 403 403 403 403 log log
users:workspace                                  POST 422 403 403 403 403 403 403 log log

# Rooms
rooms:home                                       GET  200 200 200 200 200 200 200 log log
rooms:join lobby                                 POST 302 302 302 302 302 302 404 log log
rooms:join den                                   POST 302 302 302 302 404 404 404 log log
rooms:leave lobby                                GET  200 200 200 200 403 403 404 log log
rooms:leave lobby                                POST 302 302 302 302 403 403 404 log log
rooms:leave den                                  GET  200 200 200 200 404 404 404 log log
rooms:leave den                                  POST 302 302 302 302 404 404 404 log log
rooms:people lobby                               GET  200 200 200 200 200 200 404 log log
rooms:people lobby                               POST 422 422 422 422 403 403 404 log log
rooms:people den                                 GET  200 200 200 200 404 404 404 log log
rooms:people den                                 POST 422 422 403 403 404 404 404 log log
rooms:person lobby bruno                         GET  200 200 403 403 403 403 404 log log
rooms:person lobby bruno                         POST 422 403 403 403 403 403 404 log log
rooms:person den bruno                           GET  200 200 403 403 404 404 404 log log
rooms:person den bruno                           POST 422 403 403 403 404 404 404 log log
rooms:remove lobby bruno                         POST 302 302 403 403 403 403 404 log log
rooms:remove den bruno                           POST 302 302 403 403 404 404 404 log log
rooms:remove lobby ana                           POST 403 403 403 403 403 403 404 log log
rooms:remove den ana                             POST 403 403 403 403 404 404 404 log log
rooms:mute lobby bruno                           POST 422 422 403 403 403 403 404 log log
rooms:mute den bruno                             POST 422 422 403 403 404 404 404 log log
rooms:unmute lobby mia                           POST 302 302 403 403 403 403 404 log log
rooms:unmute den mia                             POST 302 302 403 403 404 404 404 log log
rooms:bans lobby                                 GET  200 200 403 403 403 403 404 log log
rooms:bans lobby                                 POST 422 422 403 403 403 403 404 log log
rooms:bans den                                   GET  200 200 403 403 404 404 404 log log
rooms:bans den                                   POST 422 422 403 403 404 404 404 log log
rooms:lift_ban lobby bea                         POST 302 302 403 403 403 403 404 log log
rooms:lift_ban den bea                           POST 302 302 403 403 404 404 404 log log
rooms:log lobby                                  GET  200 403 403 403 403 403 404 log log
rooms:log den                                    GET  200 403 403 403 404 404 404 log log
rooms:settings lobby                             GET  200 200 403 403 403 403 404 log log
rooms:settings lobby                             POST 422 403 403 403 403 403 404 log log
rooms:settings den                               GET  200 200 403 403 404 404 404 log log
rooms:settings den                               POST 422 403 403 403 404 404 404 log log
rooms:pace lobby                                 POST 422 422 403 403 403 403 404 log log
rooms:pace den                                   POST 422 422 403 403 404 404 404 log log
rooms:archive lobby                              POST 302 403 403 403 403 403 404 log log
rooms:archive den                                POST 302 403 403 403 404 404 404 log log
rooms:restore lobby                              POST 302 403 403 403 403 403 404 log log
rooms:restore den                                POST 302 403 403 403 404 404 404 log log
rooms:delete lobby                               POST 422 403 403 403 403 403 404 log log
rooms:delete den                                 POST 422 403 403 403 404 404 404 log log

# The conversation
messaging:room lobby                             GET  200 200 200 200 200 200 404 log log
messaging:room den                               GET  200 200 200 200 404 404 404 log log
messaging:post lobby                             POST 422 422 422 403 403 403 404 log log
messaging:post den                               POST 422 422 422 403 404 404 404 log log
messaging:live lobby                             GET  200 200 200 200 200 200 404 log log
messaging:live den                               GET  200 200 200 200 404 404 404 log log
messaging:compose lobby                          GET  200 200 200 200 200 200 404 log log
messaging:compose lobby                          POST 422 422 422 403 403 403 404 log log
messaging:compose den                            GET  200 200 200 200 404 404 404 log log
messaging:compose den                            POST 422 422 422 403 404 404 404 log log
messaging:transcript lobby                       GET  200 200 200 200 200 200 404 log log
messaging:transcript den                         GET  200 200 200 200 404 404 404 log log
messaging:reading lobby                          POST 302 302 302 302 302 302 404 log log
messaging:reading den                            POST 302 302 302 302 404 404 404 log log
messaging:message lobby.message                  GET  302 302 302 302 302 302 404 log log
messaging:message den.message                    GET  302 302 302 302 404 404 404 log log
messaging:reply lobby.message                    GET  302 302 302 403 403 403 404 log log
messaging:reply den.message                      GET  302 302 302 403 404 404 404 log log
messaging:edit lobby.message                     GET  403 403 200 403 403 403 404 log log
messaging:edit lobby.message                     POST 403 403 422 403 403 403 404 log log
messaging:edit den.message                       GET  403 403 200 403 404 404 404 log log
messaging:edit den.message                       POST 403 403 422 403 404 404 404 log log
messaging:edit lobby.ana's                       GET  200 403 403 403 403 403 404 log log
messaging:edit lobby.ana's                       POST 422 403 403 403 403 403 404 log log
messaging:edit den.ana's                         GET  200 403 403 403 404 404 404 log log
messaging:edit den.ana's                         POST 422 403 403 403 404 404 404 log log
messaging:delete lobby.message                   GET  200 200 200 403 403 403 404 log log
messaging:delete lobby.message                   POST 303 303 303 403 403 403 404 log log
messaging:delete den.message                     GET  200 200 200 403 404 404 404 log log
messaging:delete den.message                     POST 303 303 303 403 404 404 404 log log
messaging:delete lobby.ana's                     GET  200 200 403 403 403 403 404 log log
messaging:delete lobby.ana's                     POST 303 303 403 403 403 403 404 log log
messaging:delete den.ana's                       GET  200 200 403 403 404 404 404 log log
messaging:delete den.ana's                       POST 303 303 403 403 404 404 404 log log

# Django's admin; {} is each of ADMINISTERED
admin:index                                      GET  200 adm adm adm adm adm adm adm adm
admin:index                                      POST 200 adm adm adm adm adm adm adm adm
admin:login                                      GET  302 403 403 403 403 403 403 log log
admin:login                                      POST 302 403 403 403 403 403 403 log log
admin:logout                                     GET  405 302 302 302 302 302 302 adm adm
admin:logout                                     POST log 302 302 302 302 302 302 adm adm
admin:password_change                            GET  302 302 302 302 302 302 302 log log
admin:password_change                            POST 302 302 302 302 302 302 302 log log
admin:password_change_done                       GET  200 adm adm adm adm adm adm adm adm
admin:password_change_done                       POST 405 adm adm adm adm adm adm adm adm
admin:autocomplete                               GET  403 adm adm adm adm adm adm adm adm
admin:autocomplete                               POST 405 adm adm adm adm adm adm adm adm
admin:jsi18n                                     GET  200 adm adm adm adm adm adm adm adm
admin:jsi18n                                     POST 405 adm adm adm adm adm adm adm adm
admin:view_on_site =1 =1                         GET  404 adm adm adm adm adm adm adm adm
admin:view_on_site =1 =1                         POST 404 adm adm adm adm adm adm adm adm
admin:app_list =rooms                            GET  200 adm adm adm adm adm adm adm adm
admin:app_list =rooms                            POST 200 adm adm adm adm adm adm adm adm
admin:{}_changelist                              GET  any adm adm adm adm adm adm log log
admin:{}_changelist                              POST any adm adm adm adm adm adm log log
admin:{}_add                                     GET  any adm adm adm adm adm adm log log
admin:{}_add                                     POST any adm adm adm adm adm adm log log
admin:{}_history =1                              GET  any adm adm adm adm adm adm log log
admin:{}_history =1                              POST any adm adm adm adm adm adm log log
admin:{}_delete =1                               GET  any adm adm adm adm adm adm log log
admin:{}_delete =1                               POST any adm adm adm adm adm adm log log
admin:{}_change =1                               GET  any adm adm adm adm adm adm log log
admin:{}_change =1                               POST any adm adm adm adm adm adm log log
/admin/rooms/room/1/                             GET  302 adm adm adm adm adm adm log log
/admin/rooms/room/1/                             POST 302 adm adm adm adm adm adm log log
/admin/no/such/page                              GET  404 adm adm adm adm adm adm adm adm
/admin/no/such/page                              POST 404 adm adm adm adm adm adm adm adm
/admin/password_change/                          GET  302 302 302 302 302 302 302 log log
/admin/password_change/                          POST 302 302 302 302 302 302 302 log log
"""

ADMINISTERED = (
    "account_emailaddress",
    "auth_group",
    "messaging_message",
    "rooms_membership",
    "rooms_room",
    "users_invitation",
    "users_loginlink",
    "users_user",
    "users_workspace",
)

# User, room, and the outcome of their socket: its close code, or the effects of its frames. A post
# is stored or rejected, a cursor returns the messages, "seen" is stored for members, "typing" is
# shown to the others.
SOCKETS = """
ana    lobby open stored  caught-up noted  shown
clara  lobby open stored  caught-up noted  shown
bruno  lobby open stored  caught-up noted  shown
mia    lobby open refused caught-up noted  hidden
eve    lobby open refused caught-up -      hidden
rui    lobby open refused caught-up -      hidden
bea    lobby 4404
dan    lobby 4401
nobody lobby 4401
ana    den   open stored  caught-up noted  shown
clara  den   open stored  caught-up noted  shown
bruno  den   open stored  caught-up noted  shown
mia    den   open refused caught-up noted  hidden
eve    den   4404
rui    den   4404
bea    den   4404
dan    den   4401
nobody den   4401
"""

# Connected before the change: the change, the room, the user with an open socket and stream, and
# what each way shows of later messages: "secret" for all of it, or else the response: a close code,
# "ended", a status, "log", and "-" for no mail.
AFTER = """
# change       room  who   socket stream room   message search day    export mail
closing        lobby eve   4404   ended  404    404     200    404    404    -
removal        den   bruno 4404   ended  404    404     200    404    404    -
leaving        den   clara 4404   ended  404    404     200    404    404    -
ban            den   bruno 4404   ended  404    404     200    404    404    -
ban            lobby bruno 4404   ended  404    404     200    404    404    -
ban            lobby eve   4404   ended  404    404     200    404    404    -
deletion       lobby bruno 4404   ended  404    404     200    404    404    -
deletion       den   clara 4404   ended  404    404     200    404    404    -
deactivation   lobby eve   4401   ended  log    log     log    log    log    -
deactivation   den   bruno 4401   ended  log    log     log    log    log    -
password       den   bruno 4401   ended  log    log     log    log    log    secret
session        den   bruno 4401   ended  log    log     log    log    log    secret
logout         den   bruno 4401   ended  log    log     log    log    log    secret
logout         lobby eve   4401   ended  log    log     log    log    log    secret
# A change that restricts actions but not reading closes only the ways for those actions. Members
# who have opened the room's page have read it, and get no mail.
removal        lobby bruno secret secret secret 302     secret secret 403    secret
demotion       den   clara secret secret secret 302     secret secret 403    -
unmaking       den   bruno secret secret secret 302     secret secret 403    -
archiving      den   bruno open   open   200    404     200    200    403    -
"""


LOGINS = {"log", "adm"}
FEATURES = ("*/*/tests/access.txt", "*/*/*/tests/access.txt", "site/tests/*/access.txt")
NEEDS_NO_TOKEN = {"api:document"}


class Door(NamedTuple):
    """One method of one URL; `answers` has the responses for PEOPLE, in their order."""

    address: tuple
    method: str
    answers: tuple


def doors():
    """Return every Door of browsers, including one for each method without a line."""
    found = [door for door in _all_doors() if not is_for_programs(door)]
    programs = program_doors()
    methods = {(door.address[0], door.method) for door in programs}
    for address in sorted({door.address for door in programs}):
        for method in ("GET", "POST"):
            answer = "401" if (address[0], method) in methods else "405"
            found.append(Door(address, method, (answer,) * len(PEOPLE)))
    known = {(door.address, door.method) for door in found}
    for door in list(found):
        other = {"GET": "POST", "POST": "GET"}[door.method]
        if (door.address, other) not in known:
            shut = tuple("log" if answer in LOGINS else "405" for answer in door.answers)
            found.append(Door(door.address, other, shut))
    return found


def program_doors():
    """Return every Door of programs, with the responses to a program of each of PEOPLE."""
    return [door for door in _all_doors() if is_for_programs(door)]


def is_for_programs(door):
    return door.address[0].startswith("api:") and door.address[0] not in NEEDS_NO_TOKEN


def _all_doors():
    paths = sorted(path for pattern in FEATURES for path in ROOT.glob(pattern))
    tables = [TABLE, *(path.read_text() for path in paths)]
    return [door for table in tables for row in rows_of(table) for door in _doors_of(row)]


def rows_of(table):
    """Return the lines of `table`, without comments, split into words."""
    lines = (line.strip() for line in table.splitlines())
    return [line.split() for line in lines if line and not line.startswith("#")]


def _doors_of(row):
    words, method, answers = row[:-10], row[-10], tuple(row[-9:])
    models = ADMINISTERED if "{}" in words[0] else [""]
    return [Door((words[0].format(model), *words[1:]), method, answers) for model in models]
