from django.urls import path

from . import area_views, views

urlpatterns = [
    path("", views.HomeView.as_view(), name="home"),
    path("capaian/", views.ProgressListView.as_view(), name="progress-list"),
    path("segmen/", views.SegmentView.as_view(), name="segments"),
    path("wilayah/<str:code>/", area_views.AreaView.as_view(), name="area"),
]
