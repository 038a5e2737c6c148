from django.urls import path

from . import agreement_views, area_views, breakdown_views, meeting_views, scorecard_views, views

urlpatterns = [
    path("", views.HomeView.as_view(), name="home"),
    path("capaian/", views.ProgressListView.as_view(), name="progress-list"),
    path("segmen/", views.SegmentView.as_view(), name="segments"),
    path("sasaran/periksa/", agreement_views.AgreementView.as_view(), name="target-check"),
    path("sasaran/pecah/<str:code>/", breakdown_views.BreakdownView.as_view(), name="breakdown"),
    path("wilayah/<str:code>/", area_views.AreaView.as_view(), name="area"),
    path("wilayah/<str:code>/rapor.pdf", scorecard_views.ScorecardView.as_view(), name="scorecard"),
    path("wilayah/<str:code>/rapor.zip", scorecard_views.ScorecardsView.as_view(), name="scorecards"),
    path("rapat/<str:code>/", meeting_views.MeetingView.as_view(), name="meeting"),
]
