from django.urls import path

from . import views

urlpatterns = [
    path("wilayah/<str:code>/rapor.pdf", views.ScorecardView.as_view(), name="scorecard"),
    path("wilayah/<str:code>/rapor.zip", views.ScorecardsView.as_view(), name="scorecards"),
]
