from django.urls import path

from . import views

urlpatterns = [
    path("kelengkapan/", views.CompletenessView.as_view(), name="completeness"),
    path("kelengkapan/<str:month>/<slug:office>/ingatkan/", views.remind_office, name="remind-office"),
]
