from django.urls import path

from . import views

urlpatterns = [
    path("", views.HomeView.as_view(), name="home"),
    path("capaian/", views.ProgressListView.as_view(), name="progress-list"),
    path("segmen/", views.SegmentView.as_view(), name="segments"),
]
