"""The forms that replace allauth's own.

https://docs.allauth.org/en/latest/account/forms.html
"""

ACCOUNT_FORMS = {
    "login": "users.login.forms.LoginForm",
    "signup": "users.login.forms.SignupForm",
    "add_email": "users.login.forms.ChangeEmailForm",
    "change_password": "users.login.forms.ChangePasswordForm",
    "set_password": "users.login.forms.SetPasswordForm",
    "reset_password": "users.login.forms.ResetPasswordForm",
    "reset_password_from_key": "users.login.forms.ResetPasswordKeyForm",
    "reauthenticate": "users.login.forms.ReauthenticateForm",
    "request_login_code": "users.login.forms.RequestLoginCodeForm",
    "confirm_login_code": "users.login.forms.ConfirmLoginCodeForm",
    "confirm_email_verification_code": "users.login.forms.ConfirmEmailCodeForm",
}

MFA_FORMS = {
    "authenticate": "users.login.mfa_forms.AuthenticateForm",
    "reauthenticate": "users.login.mfa_forms.ReauthenticateForm",
    "activate_totp": "users.login.mfa_forms.ActivateTOTPForm",
    "add_webauthn": "users.login.mfa_forms.AddPasskeyForm",
    "edit_webauthn": "users.login.mfa_forms.EditPasskeyForm",
    "authenticate_webauthn": "users.login.mfa_forms.AuthenticatePasskeyForm",
    "login_webauthn": "users.login.mfa_forms.LoginPasskeyForm",
    "reauthenticate_webauthn": "users.login.mfa_forms.ReauthenticatePasskeyForm",
}

SOCIALACCOUNT_FORMS = {
    "signup": "users.login.forms.SignOnSignupForm",
    "disconnect": "users.login.forms.DisconnectForm",
}
