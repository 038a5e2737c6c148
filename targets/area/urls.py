from django.urls import path

from . import views

urlpatterns = [
    path("wilayah/<str:code>/", views.AreaView.as_view(), name="area"),
]
