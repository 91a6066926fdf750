/** The map of the console: base, symbols, moving units and the few labels, behind a few verbs. */
import "maplibre-gl/dist/maplibre-gl.css";
import {
  addProtocol,
  AttributionControl,
  Map as GlMap,
  Marker,
  ScaleControl,
  setWorkerUrl,
  type GeoJSONSource,
  type LngLatLike,
} from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { Protocol } from "pmtiles";
import type { FeatureCollection } from "geojson";
import type { Language } from "../../kernel/language";
import type { Theme } from "../state/theme.svelte";
import { tokensOf, type Tokens } from "./colours";
import { drawIcons } from "./icons";
import { labelOffset, UNIT_LABEL_PX, type Box, type Size } from "./label_room";
import { addOverlays, OVERLAYS } from "./overlays";
import { takePen, type Pen, type PenHeard, type PenShape } from "./pen";
import { mapStyle } from "./style";
import { UnitLayer } from "./unit_layer";

setWorkerUrl(workerUrl);
addProtocol("pmtiles", new Protocol().tile);

const EMPTY: FeatureCollection = { type: "FeatureCollection", features: [] };
const SOURCES = [...OVERLAYS, "zones", "uncertain", "ways", "sites", "incidents", "hand"] as const;
type Source = (typeof SOURCES)[number];
const PICK_REACH_PX = 16;
const FLY_ZOOM = 14.5;
/** To compare is cheaper than to draw, up to so many features. */
const COMPARED_MAX = 500;
/** What the chosen incident's symbol and its brackets take, to each side of its place. */
const CHOSEN_PX = 20;
const INCIDENT_LABEL_PX: readonly [right: number, down: number] = [32, -22];

export interface MapTouched {
  incident(id: string): void;
  unit(id: string): void;
  ground(lon: number, lat: number): void;
  /** Whether anything can be drawn: not while the graphics card is away. */
  drawn(can: boolean): void;
}

export interface Label {
  readonly key: string;
  readonly lon: number;
  readonly lat: number;
  readonly lines: readonly string[];
  readonly tone: "incident" | "move" | "proposed" | "plain" | "zone";
  /** The unit that the label goes with, if it moves. */
  readonly unit_id?: string;
}

export class CityMap {
  readonly units: UnitLayer;
  private readonly map: GlMap;
  private readonly data = new Map<Source, FeatureCollection>();
  private readonly labels = new Map<string, { label: Label; marker: Marker; size: Size }>();
  private ready = false;
  /** The graphics card dropped what was drawn (a driver that restarts, a machine that slept) and gave nothing back yet. */
  private isLost = false;
  private sitesVisible = true;
  private namesVisible = true;
  private hasBasemap = false;
  /** Somebody draws: what the pointer meets is drawn on, not chosen. */
  private pen: { readonly lost: () => void } | null = null;

  constructor(
    private readonly element: HTMLElement,
    private theme: Theme,
    private language: Language,
    center: LngLatLike,
    zoom: number,
    touched: MapTouched,
    attribution: string,
    /** How many pixels at the right something else lies over. */
    private readonly covered: () => number,
  ) {
    this.units = new UnitLayer(tokensOf(element));
    this.map = new GlMap({
      container: element,
      style: mapStyle(theme, language, false),
      center,
      zoom,
      minZoom: 7,
      maxZoom: 18.5,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      fadeDuration: 120,
      localIdeographFontFamily: false,
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new ScaleControl({ maxWidth: 110 }), "bottom-left");
    this.map.addControl(new AttributionControl({ compact: false, customAttribution: attribution }), "bottom-left");
    // A tile that did not come is no fault of the desk's; that the node is away, the bar says.
    this.map.on("error", ({ error }) => console.info(`map: ${error.message}`));
    this.map.on("style.load", () => this.furnish());
    this.map.on("webglcontextlost", () => this.lose(touched));
    this.map.on("webglcontextrestored", () => this.recover(touched));
    this.map.on("click", (event) => this.touch(event.point, event.lngLat, touched));
    this.map.on("mousemove", (event) => {
      if (this.pen) return;
      const over = this.units.at(event.point, PICK_REACH_PX) ?? this.incidentAt(event.point);
      this.map.getCanvas().style.cursor = over ? "pointer" : "";
    });
    this.map.on("render", () => this.moveLabels());
    this.map.getCanvas().tabIndex = 0;
  }

  /** The city's own basemap is there: show it. */
  showBasemap(): void {
    this.hasBasemap = true;
    this.restyle();
  }

  dress(theme: Theme, language: Language): void {
    if (theme === this.theme && language === this.language) return;
    this.theme = theme;
    this.language = language;
    this.units.repaint(tokensOf(this.element));
    this.restyle();
  }

  /** What a source shows from now on; the same again is not drawn anew. */
  put(source: Source, features: FeatureCollection): void {
    const isSame = same(this.data.get(source) ?? EMPTY, features);
    this.data.set(source, features);
    if (isSame) return;
    if (this.ready) this.map.getSource<GeoJSONSource>(source)?.setData(features);
  }

  showSites(visible: boolean): void {
    this.sitesVisible = visible;
    if (this.ready) this.map.setLayoutProperty("sites", "visibility", visible ? "visible" : "none");
  }

  showUnits(visible: boolean): void {
    this.units.visible = visible;
    this.map.triggerRepaint();
  }

  showNames(visible: boolean): void {
    this.namesVisible = visible;
    for (const layer of ["road-names", "place-names", "water-names"]) {
      if (this.ready && this.map.getLayer(layer)) this.map.setLayoutProperty(layer, "visibility", visible ? "visible" : "none");
    }
  }

  /** The labels to be seen now; those that stay are moved, not made anew. */
  label(labels: readonly Label[]): void {
    const wanted = new Map(labels.map((label) => [label.key, label]));
    for (const [key, { marker }] of this.labels) {
      if (wanted.has(key)) continue;
      marker.remove();
      this.labels.delete(key);
    }
    for (const [key, label] of wanted) {
      const known = this.labels.get(key);
      const marker = known?.marker ?? this.newMarker(label);
      const element = marker.getElement();
      element.classList.remove("incident", "move", "proposed", "plain", "zone");
      element.classList.add("map-label", label.tone);
      const text = label.lines.join("\n");
      const isSame = element.textContent === text;
      if (!isSame) element.textContent = text;
      marker.setLngLat([label.lon, label.lat]);
      const size = isSame && known ? known.size : { width: element.offsetWidth, height: element.offsetHeight };
      this.labels.set(key, { label, marker, size });
    }
    this.moveLabels();
  }

  fly(lon: number, lat: number): void {
    this.map.flyTo({ center: [lon, lat], zoom: Math.max(this.map.getZoom(), FLY_ZOOM), offset: this.middle(), duration: 900 });
  }

  /** Bring a place into view if it is not. */
  reveal(lon: number, lat: number): void {
    const { x, y } = this.map.project([lon, lat]);
    const { clientWidth, clientHeight } = this.map.getCanvas();
    if (x >= 0 && x <= clientWidth - this.covered() && y >= 0 && y <= clientHeight) return;
    this.map.easeTo({ center: [lon, lat], offset: this.middle(), duration: 500 });
  }

  fit(west: number, south: number, east: number, north: number, animate: boolean): void {
    this.map.fitBounds([west, south, east, north], { padding: { top: 60, bottom: 60, left: 60, right: 60 + this.covered() }, maxZoom: 14, animate });
  }

  /** A pen that draws a shape; `lost` is told when the map is laid out anew under it. */
  async draw(shape: PenShape, heard: PenHeard & { lost(): void }): Promise<Pen> {
    const holder = { lost: () => heard.lost() };
    this.pen = holder;
    const pen = await takePen(this.map, shape, tokensOf(this.element), heard);
    this.map.getCanvas().focus();
    const end = () => {
      if (this.pen === holder) this.pen = null;
      pen.end();
    };
    return { undo: () => pen.undo(), close: () => pen.close(), end };
  }

  zoom(step: 1 | -1): void {
    if (step > 0) this.map.zoomIn();
    else this.map.zoomOut();
  }

  remove(): void {
    this.map.remove();
  }

  /** Nothing is drawn until the card is back; what is told meanwhile is kept. */
  private lose(touched: MapTouched): void {
    this.pen?.lost();
    this.isLost = true;
    this.ready = false;
    touched.drawn(false);
  }

  /** The library brings back its own layers, not the units': all are laid out anew. */
  private recover(touched: MapTouched): void {
    this.isLost = false;
    this.restyle();
    touched.drawn(true);
  }

  /** The middle of what is seen, from the middle of the map. */
  private middle(): [number, number] {
    return [-this.covered() / 2, 0];
  }

  private restyle(): void {
    if (this.isLost) return; // laid out when the card is back
    this.pen?.lost();
    this.ready = false;
    this.map.setStyle(mapStyle(this.theme, this.language, this.hasBasemap), { diff: false });
  }

  /** Put our own layers on a fresh style. */
  private furnish(): void {
    const { map } = this;
    const tokens = tokensOf(this.element);
    drawIcons(map, tokens);
    for (const source of SOURCES) map.addSource(source, { type: "geojson", data: this.data.get(source) ?? EMPTY });
    addOverlays(map, tokens);
    this.addZoneLayers(tokens);
    map.addLayer({ id: "uncertain-fill", type: "fill", source: "uncertain", paint: { "fill-color": tokens("p1"), "fill-opacity": 0.1 } });
    map.addLayer({
      id: "uncertain-edge", type: "line", source: "uncertain",
      paint: { "line-color": tokens("p1"), "line-width": 1.5, "line-dasharray": [2.6, 2.6] },
    });
    for (const [kind, colour, width, casing, dash] of [
      ["proposed", tokens("acc"), 2.4, 5, [0.1, 2]],
      ["under_way", tokens("move"), 3.6, 8, undefined],
    ] as const) {
      const filter = ["==", ["get", "kind"], kind] as ["==", ["get", string], string];
      const layout = { "line-cap": "round", "line-join": "round" } as const;
      map.addLayer({ id: `${kind}-case`, type: "line", source: "ways", filter, layout, paint: { "line-color": this.theme === "night" ? tokens("bg0") : "#ffffff", "line-width": casing, "line-opacity": 0.85 } });
      map.addLayer({ id: kind, type: "line", source: "ways", filter, layout, paint: { "line-color": colour, "line-width": width, ...(dash ? { "line-dasharray": [...dash] } : {}) } });
    }
    map.addLayer({
      id: "sites", type: "symbol", source: "sites", minzoom: 10.5,
      layout: { "icon-image": ["get", "kind"], "icon-allow-overlap": true, "icon-size": ["interpolate", ["linear"], ["zoom"], 10.5, 0.7, 13, 1], visibility: this.sitesVisible ? "visible" : "none" },
    });
    map.addLayer(this.units);
    this.addIncidentLayers();
    this.ready = true;
    this.showNames(this.namesVisible);
  }

  /** Hatched and edged in red; the stand-off is a dashed line, a bare geofence a thin one. */
  private addZoneLayers(tokens: Tokens): void {
    const part = (name: string) => ["==", ["get", "part"], name] as ["==", ["get", string], string];
    const line = { type: "line", source: "zones", layout: { "line-join": "round" } } as const;
    this.map.addLayer({ id: "zone-hatch", type: "fill", source: "zones", filter: part("hazard"), paint: { "fill-pattern": "hatch", "fill-opacity": 0.2 } });
    this.map.addLayer({ ...line, id: "zone-edge", filter: part("hazard"), paint: { "line-color": tokens("bad"), "line-width": 2 } });
    this.map.addLayer({ ...line, id: "zone-stand-off", filter: part("stand_off"), paint: { "line-color": tokens("bad"), "line-width": 1.2, "line-dasharray": [4, 3] } });
    this.map.addLayer({ ...line, id: "zone-fence", filter: part("fence"), paint: { "line-color": tokens("p4"), "line-width": 1.5, "line-dasharray": [6, 3] } });
  }

  private addIncidentLayers(): void {
    const name = ["concat", "p", ["to-string", ["get", "priority"]]];
    this.map.addLayer({
      id: "incidents", type: "symbol", source: "incidents",
      layout: {
        "icon-image": [
          "step", ["zoom"],
          ["case", ["get", "selected"], ["concat", name, "-selected"], [">=", ["get", "priority"], 3], ["concat", name, "-small"], name],
          12, ["case", ["get", "selected"], ["concat", name, "-selected"], name],
        ] as never,
        "icon-allow-overlap": true,
        "icon-ignore-placement": true,
        "symbol-sort-key": ["case", ["get", "selected"], 10, ["-", 5, ["get", "priority"]]],
      },
      paint: { "icon-opacity": ["get", "opacity"] },
    });
    this.map.addLayer({
      id: "brackets", type: "symbol", source: "incidents", filter: ["get", "selected"] as never,
      layout: { "icon-image": "brackets", "icon-allow-overlap": true, "icon-ignore-placement": true },
    });
    this.map.addLayer({
      id: "hand", type: "symbol", source: "hand",
      layout: { "icon-image": "pointed", "icon-allow-overlap": true, "icon-ignore-placement": true },
    });
  }

  private touch(point: { x: number; y: number }, at: { lng: number; lat: number }, touched: MapTouched): void {
    if (this.pen) return;
    const incident = this.incidentAt(point);
    if (incident) return touched.incident(incident);
    const unit = this.units.at(point, PICK_REACH_PX);
    if (unit) return touched.unit(unit.id);
    touched.ground(at.lng, at.lat);
  }

  private incidentAt(point: { x: number; y: number }): string | null {
    if (!this.ready) return null;
    const [found] = this.map.queryRenderedFeatures([point.x, point.y], { layers: ["incidents"] });
    return found ? String(found.properties["id"]) : null;
  }

  private newMarker(label: Label): Marker {
    const element = document.createElement("div");
    const marker = new Marker({ element, anchor: "left", offset: label.tone === "incident" ? [...INCIDENT_LABEL_PX] : [UNIT_LABEL_PX, 0] });
    marker.setLngLat([label.lon, label.lat]).addTo(this.map);
    element.removeAttribute("tabindex");
    element.removeAttribute("role");
    element.removeAttribute("aria-label");
    return marker;
  }

  private moveLabels(): void {
    const taken = this.chosenBoxes();
    for (const { label, marker, size } of this.labels.values()) {
      if (label.unit_id === undefined) continue;
      const here = this.units.where(label.unit_id);
      const [right, down] = this.units.shiftOf(label.unit_id);
      if (!here) continue;
      const { x, y } = this.map.project([here.lon, here.lat]);
      const [beside, below] = labelOffset({ x: x + right, y: y + down }, size, taken);
      marker.setLngLat([here.lon, here.lat]).setOffset([beside + right, below + down]);
    }
  }

  /** The chosen incident's symbol and label. */
  private chosenBoxes(): Box[] {
    const chosen = [...this.labels.values()].find(({ label }) => label.tone === "incident");
    if (!chosen) return [];
    const { label, size } = chosen;
    const { x, y } = this.map.project([label.lon, label.lat]);
    const [right, down] = INCIDENT_LABEL_PX;
    return [
      { left: x + right, top: y + down - size.height / 2, ...size },
      { left: x - CHOSEN_PX, top: y - CHOSEN_PX, width: 2 * CHOSEN_PX, height: 2 * CHOSEN_PX },
    ];
  }
}

function same(some: FeatureCollection, others: FeatureCollection): boolean {
  const { length } = some.features;
  if (length !== others.features.length || length > COMPARED_MAX) return false;
  return length === 0 || JSON.stringify(some.features) === JSON.stringify(others.features);
}
