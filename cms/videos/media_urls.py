"""Addresses of renditions: signed, expiring, and built as paths so that playlists find their segments beside them."""

import base64
import hashlib
import hmac
import time
from math import ceil

from django.conf import settings
from django.utils.crypto import salted_hmac

from cms.videos.models import Video
from cms.videos.permissions import Person, may_see

SALT = "videos.media"
PREFIX = "/media/v/"
MAC_LENGTH = 32
# Addresses made within the same hour are equal, so that browsers and proxies can keep what they fetched.
STEP_S = 3600
# As media_pipeline.stills makes them.
POSTER_WIDTHS = {"small": 320, "medium": 640, "large": 1280}


def sign(uuid: str, generation: str, address_key: str, expires: int) -> str:
    """Return the signature that opens one generation until `expires` (seconds since 1970)."""
    mac = salted_hmac(SALT, f"{uuid}/{generation}/{address_key}/{expires}", algorithm="sha256").digest()
    return f"{expires:x}-{base64.urlsafe_b64encode(mac).decode()[:MAC_LENGTH]}"


def is_valid(signature: str, uuid: str, generation: str, address_key: str, *, at: float | None = None) -> bool:
    """Return whether the signature opens this generation now; nothing opens a video whose addresses are closed."""
    if not address_key:
        return False
    try:
        expires = int(signature.partition("-")[0], 16)
    except ValueError:
        return False
    right = sign(uuid, generation, address_key, expires)
    return hmac.compare_digest(right.encode(), signature.encode("utf-8", "replace")) and expires > (at or time.time())


def folder_url(video: Video) -> str:
    """Return the signed address of the shown generation, ending with a slash."""
    return address_of(video, video.generation)


def address_of(video: Video, generation: str) -> str:
    """Return the signed address of a generation, ending with a slash."""
    age = settings.MEDIA_SIGNATURE_AGE.total_seconds()
    expires = ceil((time.time() + age) / STEP_S) * STEP_S
    uuid = str(video.uuid)
    return f"{PREFIX}{sign(uuid, generation, video.address_key, expires)}/{uuid}/{generation}/"


def download_url(video: Video) -> str | None:
    """Return the signed address of the original to download; the caller's door has let the person in."""
    if not video.download or video.is_closed:
        return None
    generation, _slash, name = video.download.partition("/")
    return address_of(video, generation) + name


def file_url(video: Video, name: str, user: Person, *, complete: bool, checked: bool) -> str | None:
    """Return the signed address of one file, or None when it is not there yet, closed, or not meant for the person."""
    if not video.is_playable or (complete and not video.is_complete):
        return None
    if not checked and not may_see(user, video):
        return None
    return folder_url(video) + name


def hls_url(video: Video, user: Person, *, checked: bool = False) -> str | None:
    """Return the address of the playlist, set from playable on; `checked` says that a fetch door already let the person in."""
    return file_url(video, "master.m3u8", user, complete=False, checked=checked)


def mp4_url(video: Video, user: Person, *, checked: bool = False) -> str | None:
    """Return the address of the single file for browsers without HLS."""
    return file_url(video, "fallback.mp4", user, complete=True, checked=checked)


def poster_url(video: Video, user: Person, *, checked: bool = False) -> str | None:
    """Return the address of the still picture."""
    return file_url(video, "poster.jpg", user, complete=True, checked=checked)


def poster_sizes(video: Video, user: Person, *, checked: bool = False) -> dict[str, str]:
    """Return the addresses of the still picture as WebP by size: small, medium, large; empty while there is none."""
    address = poster_url(video, user, checked=checked)
    if address is None:
        return {}
    folder = address.removesuffix("poster.jpg")
    return {size: f"{folder}poster-{width}.webp" for size, width in POSTER_WIDTHS.items()}


def saver_url(video: Video, user: Person, *, checked: bool = False) -> str | None:
    """Return the address of the playlist of small sizes, for players that choose among all that a playlist names."""
    return file_url(video, "saver.m3u8", user, complete=True, checked=checked)


def sprite_url(video: Video, user: Person, *, checked: bool = False) -> str | None:
    """Return the address of the list of preview pictures (WebVTT)."""
    return file_url(video, "sprite.vtt", user, complete=True, checked=checked)


def audio_url(video: Video, user: Person, *, checked: bool = False) -> str | None:
    """Return the address of the sound alone, None for a silent film."""
    return file_url(video, "audio.m4a", user, complete=True, checked=checked) if video.has_audio else None


def addresses_of(video: Video, user: Person, *, checked: bool = False) -> dict[str, str | None]:
    """Return all addresses of a video by name, None for what is not there yet or not meant for the person."""
    addresses = {
        "hls": hls_url,
        "saver": saver_url,
        "mp4": mp4_url,
        "poster": poster_url,
        "sprite": sprite_url,
        "audio": audio_url,
    }
    return {name: address(video, user, checked=checked) for name, address in addresses.items()}


def etag(size: int, changed: float) -> str:
    """Return a validator for a file that never changes under its name except while it grows."""
    return '"' + hashlib.sha256(f"{size}-{changed}".encode()).hexdigest()[:24] + '"'
