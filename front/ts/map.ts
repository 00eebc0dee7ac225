/** A map with tiles over the drawn one, once the first tile has come; a server that does not answer changes nothing. */

import { divIcon, latLngBounds, map as makeMap, marker, polyline, tileLayer } from "leaflet";

interface Place {
  number: number;
  name: string;
  at: [number, number];
}

/** A server that has not sent a single tile by then counts as down. */
const PATIENCE_MS = 8000;

function places(): Place[] {
  return JSON.parse(document.getElementById("map-points")?.textContent ?? "[]") as Place[];
}

function show(figure: HTMLElement): void {
  const found = places();
  const frame = document.createElement("div");
  frame.className = "tiles";
  frame.setAttribute("role", "region");
  frame.setAttribute("aria-label", figure.dataset.mapLabel ?? "");
  figure.prepend(frame);
  const map = makeMap(frame, { scrollWheelZoom: false });
  const tiles = tileLayer(figure.dataset.tiles ?? "", { attribution: figure.dataset.attribution ?? "", maxZoom: 18 });
  map.fitBounds(latLngBounds(found.map((place) => place.at)), { padding: [32, 32], maxZoom: 15 });
  for (const place of found) {
    const icon = divIcon({ className: "pin", html: String(place.number), iconSize: [28, 28] });
    marker(place.at, { icon, alt: place.name, title: place.name }).addTo(map);
  }
  polyline(
    found.map((place) => place.at),
    { color: "#6b5f50", weight: 3 },
  ).addTo(map);
  const silence = window.setTimeout(giveUp, PATIENCE_MS);
  function giveUp(): void {
    window.clearTimeout(silence);
    if (figure.classList.contains("has-tiles") || !frame.isConnected) return;
    map.remove();
    frame.remove();
    figure.querySelector("[data-map-down]")?.removeAttribute("hidden");
  }
  tiles.once("tileload", () => {
    window.clearTimeout(silence);
    figure.classList.add("has-tiles");
    map.invalidateSize();
  });
  // All that can be seen was asked for and nothing came; Leaflet is still at its last tile when it says so.
  tiles.on("load", () => window.setTimeout(giveUp));
  tiles.addTo(map);
}

const figure = document.querySelector<HTMLElement>("[data-map]");
if (figure && places().length) show(figure);
