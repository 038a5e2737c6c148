from django.urls import path

from . import views

urlpatterns = [
    path("verifikasi/", views.verification_queue, name="verification-queue"),
    path("verifikasi/<str:month>/<slug:office>/", views.verification, name="verification"),
]
