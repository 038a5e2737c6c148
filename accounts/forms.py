"""The login form. It explains why an account may not log in only after the right password was given."""

from __future__ import annotations

from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError

from .models import User


class LoginForm(AuthenticationForm):
    error_messages = {
        "invalid_login": "Nama pengguna atau kata sandi salah. Perhatikan huruf besar dan kecil.",
        "inactive": "Akun ini dinonaktifkan. Hubungi administrator kantor Anda.",
    }

    def get_invalid_login_error(self) -> ValidationError:
        """Return the reason when a switched-off account was given its right password; Django would not say."""
        user = User.objects.filter(username=self.cleaned_data.get("username"), is_active=False).first()
        if user and user.check_password(self.cleaned_data.get("password")):
            return ValidationError(user.login_refusal, code="inactive")
        return super().get_invalid_login_error()

    def confirm_login_allowed(self, user: User) -> None:  # type: ignore[override]
        if user.login_refusal:
            raise ValidationError(user.login_refusal, code="no_login")
