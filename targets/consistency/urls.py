from django.urls import path

from . import views

urlpatterns = [
    path("sasaran/periksa/", views.AgreementView.as_view(), name="target-check"),
]
