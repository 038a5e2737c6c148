from django.urls import path

from . import views

urlpatterns = [
    path("sasaran/periksa/", views.ConsistencyView.as_view(), name="target-check"),
]
