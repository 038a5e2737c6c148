from django.urls import path

from . import agreement_views, area_views, breakdown_views, figure_views, meeting_views, scorecard_views, views
from .plans import file_views as plan_file_views
from .plans import target_views
from .plans import views as plan_views

urlpatterns = [
    path("", views.HomeView.as_view(), name="home"),
    path("capaian/", views.ProgressListView.as_view(), name="progress-list"),
    path("angka/", figure_views.FigureView.as_view(), name="figure"),
    path("segmen/", views.SegmentView.as_view(), name="segments"),
    path("sasaran/", plan_views.PlanView.as_view(), name="planning"),
    path("sasaran/isi/", target_views.new_target, name="target-new"),
    path("sasaran/berkas/", plan_file_views.upload, name="target-upload"),
    path("sasaran/berkas/<int:number>/", plan_file_views.preview, name="target-preview"),
    path("sasaran/templat.xlsx", plan_file_views.template_file, name="target-template"),
    path("sasaran/<int:number>/", target_views.target_page, name="target"),
    path("sasaran/<int:number>/ubah/", target_views.edit_target, name="target-edit"),
    path("sasaran/<int:number>/<str:step>/", target_views.take_step, name="target-step"),
    path("sasaran/periksa/", agreement_views.AgreementView.as_view(), name="target-check"),
    path("sasaran/pecah/<str:code>/", breakdown_views.BreakdownView.as_view(), name="breakdown"),
    path("wilayah/<str:code>/", area_views.AreaView.as_view(), name="area"),
    path("wilayah/<str:code>/rapor.pdf", scorecard_views.ScorecardView.as_view(), name="scorecard"),
    path("wilayah/<str:code>/rapor.zip", scorecard_views.ScorecardsView.as_view(), name="scorecards"),
    path("rapat/<str:code>/", meeting_views.MeetingView.as_view(), name="meeting"),
]
