"""What is said to people for each code: what happened, what was kept, what to do."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

AGAIN = _(
    "Something went wrong while converting the video. The file is kept; you can have it converted again under “My videos”."
)

# The file itself: nothing that the site does makes another of it.
FILE_FAULTS: dict[str, str | Promise] = {
    "empty_file": _("The file is empty. Please choose the video again; what you typed is kept."),
    "not_video": _("This file is not a video. Please choose a video from your phone; what you typed is kept."),
    "not_video.image": _(
        "This file is a picture, not a video. Please choose a video from your phone; what you typed is kept."
    ),
    "not_video.audio": _("This file holds only sound. Please choose a video from your phone; what you typed is kept."),
    "not_video.document": _(
        "This file is a document, not a video. Please choose a video from your phone; what you typed is kept."
    ),
    "not_video.archive": _(
        "This file is a packed folder. Please unpack it and choose the video itself; what you typed is kept."
    ),
    "not_video.playlist": _(
        "This file only names other files. Please choose the video itself; what you typed is kept."
    ),
    "not_video.text": _(
        "This file is a text, not a video. Please choose a video from your phone; what you typed is kept."
    ),
    "unreadable": _("The file looks like a video but cannot be read. Please export or film it again."),
    "truncated": _("The end of the recording is missing. Please send the file again from the device that filmed it."),
    "broken": _("The pictures in this file are damaged. Please send the file again from the device that filmed it."),
    "no_picture": _("This file has no moving picture. Please choose another video."),
    "too_many_pixels": _("The pictures of this video are too large. Please film or export it in 4K or smaller."),
    "too_small": _("The pictures of this video are too small to show."),
    "too_long": _("This video is longer than the site accepts. Please cut it into parts."),
    "too_short": _("This video is too short to show anything. Please choose another one."),
    "gap": _(
        "The recording pauses for minutes or jumps back in time. Please cut it at that place, or export it anew, and send it again."
    ),
    "too_many_streams": _(
        "This file holds far more than a video and its sound. Please export it as MP4 and send it again."
    ),
    "unsupported_codec": _(
        "This video is stored in a way the site cannot read. Please export it as MP4 (H.264) and send it again."
    ),
    "dolby_vision_5": _(
        "This Dolby Vision recording would show wrong colours. Please switch off HDR in the camera or export the video as SDR."
    ),
}

SENTENCES: dict[str, str | Promise] = {
    **FILE_FAULTS,
    # What may go better next time
    "probe_failed": AGAIN,
    "encoder_failed": AGAIN,
    "verify_failed": AGAIN,
    "internal": AGAIN,
    "unknown_kind": AGAIN,
    "missing_file": _("The file of this video is no longer here. Please send it again."),
    "output_exists": AGAIN,
    "out_of_space": _(
        "The site has no room left for videos at the moment. The file is kept; have it converted again later under “My videos”."
    ),
    "out_of_memory": _(
        "Converting this video took more memory than the site has. Please export it in 1080p and send it again."
    ),
    "stalled": AGAIN,
    "timeout": _("Converting this video took too long and was stopped. Please export it in 1080p and send it again."),
    "worker_lost": _(
        "The conversion was interrupted several times. The file is kept; you can have it converted again under “My videos”."
    ),
    "cancelled": _("The conversion was cancelled."),
    # Sending
    "too_large": _("This file is larger than the site accepts. Please export it in 1080p or cut it into parts."),
    "quota_bytes": _(
        "Your space is used up. Please delete videos under “My videos”, or attachments of lessons, then send this one."
    ),
    "too_many_begun": _(
        "Three of your videos have been announced and not one part of them has arrived. Please continue or discard one first."
    ),
    "quota_count": _(
        "You have reached the number of videos one person can keep. Please delete one under “My videos”."
    ),
    "quota_minutes": _(
        "Your videos together have reached the number of minutes one person can keep. Please delete some under “My videos”; a video that has arrived is kept and can be converted there afterwards."
    ),
    "quota_organisation": _(
        "The room for videos of your organisation is used up. Please talk to its secretary about what can be deleted; a video that has arrived is kept and can be converted under “My videos” afterwards."
    ),
    "no_room": _(
        "The site has no room for a file of this size at the moment. Nothing was lost; please try again later."
    ),
    "storage_away": _(
        "The store of the site's videos cannot be reached at the moment. Nothing was lost; it goes on by itself when it is back."
    ),
    "busy": _("Many people are sending at the moment. Nothing was lost; sending goes on by itself in a moment."),
    "wrong_offset": _("This part was already received or comes too early; sending goes on where it stopped."),
    "checksum_mismatch": _("A part was damaged on the way and will be sent again."),
    "bad_checksum": _("The checksum of this part cannot be understood."),
    "beyond_length": _("More bytes came than the file has."),
    "bad_length": _("The size of the file is missing or cannot be understood."),
    "bad_metadata": _("The name or title of the file cannot be understood."),
    "bad_content_type": _("This address takes the bytes of a file only."),
    "upload_over": _("This upload is over. Please choose the file again."),
    "upload_expired": _("This upload was not continued for too long and was removed. Please choose the file again."),
    "tus_version": _("This address speaks version 1.0.0 of the tus protocol."),
    "unknown_method": _("This address does not know this kind of request."),
    "not_signed_in": _("Please sign in first."),
    "not_retryable": _("Only a video that could not be converted can be tried again."),
    "not_finished": _("Only a video that is ready can be examined or made anew."),
    "original_changed": _("The file of this video is damaged. Please send it again."),
    "in_use": _("This video is used by a lesson. Please remove it there first."),
    "captions_too_large": _("This captions file is larger than 2 MB. Is it the right file?"),
    "captions_encoding": _("The characters of this captions file cannot be read. Please save it as UTF-8."),
    "captions_too_many": _(
        "This file holds more than 3,000 captions. Please join short ones; what was here before is kept."
    ),
    "captions_no_cues": _("No captions were found in this file. VTT and SRT files can be read."),
    "speech_failed": _("What is said could not be recognised by machine. The video itself is not touched by this."),
    "too_late": _("This video is finished; it can be deleted under “My videos”."),
}

CHECKS: dict[str, str | Promise] = {
    "length_short": _("The video is shorter than two minutes. Two to ten minutes work best for a micro lesson."),
    "length_long": _("The video is longer than ten minutes. Could it become two lessons?"),
    "no_audio": _("The video has no sound. Captions or text in the picture are needed to follow it."),
    "silent": _("The sound of the video is silent. Was the microphone covered?"),
    "quiet": _(
        "The recording is very quiet; its noise was raised together with it. A quieter place or a closer microphone helps."
    ),
    "loud": _("The recording is very loud and may crackle. Please listen to it; a little more distance helps."),
    "portrait": _(
        "The picture is upright. On a big screen it fills only the middle; held sideways, the phone fills it."
    ),
    "turned": _("The file says that the phone was turned. The picture was set upright; please look whether up is up."),
    "small_picture": _("The picture is small; writing in it may be hard to read."),
    "low_frame_rate": _("The picture moves in steps, with fewer than 20 frames a second."),
}


# Why an original could not be prepared for download: the video plays as before, and nothing was converted.
NOT_PREPARED = _("The original could not be prepared. The video itself stays as it is; please try again.")

DAMAGED = _("The original of this video cannot be read. The video itself stays as it is.")

DOWNLOADS: dict[str, str | Promise] = {
    "out_of_space": _(
        "The site has no room to prepare the original at the moment. The video itself stays as it is; please try again later."
    ),
    "missing_file": _("The original of this video is no longer here. The video itself stays as it is."),
    **dict.fromkeys(("not_video", "unreadable", "truncated", "broken", "no_picture"), DAMAGED),
    "timeout": _("Preparing the original took too long and was stopped. The video itself stays as it is."),
    "worker_lost": _(
        "Preparing the original was interrupted several times. The video itself stays as it is; please try again."
    ),
}


def sentence_for(code: str, detail: str = "") -> str:
    """Return the sentence for a code in the active language; an unknown code gets the general one."""
    found = SENTENCES.get(f"{code}.{detail}") or SENTENCES.get(code) or AGAIN
    return str(found)


def download_sentence(code: str) -> str:
    """Return why an original could not be prepared, in the active language."""
    return str(DOWNLOADS.get(code) or NOT_PREPARED)


def check_sentence(code: str) -> str:
    """Return what is said to the author about one finding of `checks`."""
    return str(CHECKS[code])
