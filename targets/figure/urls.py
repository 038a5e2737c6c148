from django.urls import path

from . import views

urlpatterns = [
    path("angka/", views.FigureView.as_view(), name="figure"),
]
