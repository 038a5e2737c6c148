from django.urls import path

from . import target_views, views

urlpatterns = [
    path("sasaran/", views.PlanView.as_view(), name="planning"),
    path("sasaran/isi/", target_views.new_target, name="target-new"),
    path("sasaran/<int:number>/", target_views.target_page, name="target"),
    path("sasaran/<int:number>/ubah/", target_views.edit_target, name="target-edit"),
    path("sasaran/<int:number>/<str:step>/", target_views.take_step, name="target-step"),
]
