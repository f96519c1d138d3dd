"""allauth's forms as this product has them.

https://docs.allauth.org/en/latest/account/forms.html
"""

ACCOUNT_FORMS = {
    "login": "users.account_forms.LoginForm",
    "signup": "users.account_forms.SignupForm",
    "add_email": "users.account_forms.ChangeEmailForm",
    "change_password": "users.account_forms.ChangePasswordForm",
    "set_password": "users.account_forms.SetPasswordForm",
    "reset_password": "users.account_forms.ResetPasswordForm",
    "reset_password_from_key": "users.account_forms.ResetPasswordKeyForm",
    "reauthenticate": "users.account_forms.ReauthenticateForm",
    "request_login_code": "users.account_forms.RequestLoginCodeForm",
    "confirm_login_code": "users.account_forms.ConfirmLoginCodeForm",
    "confirm_email_verification_code": "users.account_forms.ConfirmEmailCodeForm",
}

MFA_FORMS = {
    "authenticate": "users.second_factor_forms.AuthenticateForm",
    "reauthenticate": "users.second_factor_forms.ReauthenticateForm",
    "activate_totp": "users.second_factor_forms.ActivateTOTPForm",
    "add_webauthn": "users.second_factor_forms.AddPasskeyForm",
    "edit_webauthn": "users.second_factor_forms.EditPasskeyForm",
    "authenticate_webauthn": "users.second_factor_forms.AuthenticatePasskeyForm",
    "login_webauthn": "users.second_factor_forms.LoginPasskeyForm",
    "reauthenticate_webauthn": "users.second_factor_forms.ReauthenticatePasskeyForm",
}

SOCIALACCOUNT_FORMS = {
    "signup": "users.account_forms.SignOnSignupForm",
    "disconnect": "users.account_forms.DisconnectForm",
}
