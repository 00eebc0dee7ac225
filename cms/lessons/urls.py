"""Addresses of this room."""

from django.urls import path

from cms.lessons.views import browse, edit, handing_in, removing, reviewing, upload, watch

app_name = "lessons"
urlpatterns = [
    path("upload/", upload.upload, name="upload"),
    path("upload/save/", upload.upload_save, name="upload_save"),
    path("upload/file/", upload.upload_file, name="upload_file"),
    path("upload/<uuid:pk>/discard/", upload.upload_discard, name="upload_discard"),
    path("lessons/", browse.browse, name="browse"),
    path("lessons/mine/", browse.mine, name="mine"),
    path("lessons/<int:pk>/", watch.watch, name="watch"),
    path("lessons/<int:pk>/screen/", watch.screen, name="screen"),
    path("lessons/<int:pk>/captions.vtt", watch.captions_vtt, name="captions_vtt"),
    path("lessons/<int:pk>/edit/", edit.edit, name="edit"),
    path("lessons/<int:pk>/save/", edit.save, name="save"),
    path("lessons/<int:pk>/file/", edit.replace_file, name="replace_file"),
    path("lessons/<int:pk>/captions/", edit.captions, name="captions"),
    path("lessons/<int:pk>/captions/draft.vtt", watch.draft_captions_vtt, name="draft_captions_vtt"),
    path("lessons/<int:pk>/questions/", edit.questions, name="questions"),
    path("lessons/<int:pk>/attachments/", edit.attachments, name="attachments"),
    path("lessons/<int:pk>/attachments/<int:document>/remove/", edit.detach, name="detach"),
    path("lessons/<int:pk>/consent/", edit.consent, name="consent"),
    path("lessons/<int:pk>/submit/", handing_in.submit, name="submit"),
    path("lessons/<int:pk>/withdraw/", handing_in.withdraw, name="withdraw"),
    path("lessons/<int:pk>/discard/", removing.discard, name="discard"),
    path("lessons/<int:pk>/unpublish/", removing.unpublish, name="unpublish"),
    path("lessons/<int:pk>/take-down/", removing.take_down, name="take_down"),
    path("lessons/<int:pk>/restore/", removing.restore, name="restore"),
    path("authors/<int:pk>/", browse.author, name="author"),
    path("workbench/review/<int:pk>/", reviewing.review, name="review"),
    path("workbench/review/<int:pk>/captions.vtt", watch.review_captions_vtt, name="review_captions_vtt"),
    path("workbench/review/<int:pk>/documents/<int:document>/", reviewing.review_document, name="review_document"),
]
