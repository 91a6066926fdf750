/** The map's style in the tokens of the look: the city's own basemap, or bare ground without one. */
import type { LayerSpecification, StyleSpecification } from "maplibre-gl";
import type { Language } from "../../kernel/language";
import type { Theme } from "../state/theme.svelte";

export const BASEMAP_AT = "/basemap/city.pmtiles";
const SOURCE = "city";
const FACES = ["Inter Variable, Noto Sans SC, Noto Sans CJK SC, Microsoft YaHei, PingFang SC, sans-serif"];

interface Ground {
  readonly land: string;
  readonly builtUp: string;
  readonly builtUpDense: string;
  readonly water: string;
  readonly shore: string;
  readonly shoreStrength: number;
  readonly minor: string;
  readonly tertiary: string;
  readonly secondary: string;
  readonly primary: string;
  readonly motorway: string;
  readonly casing: string;
  readonly roadName: string;
  readonly place: string;
  readonly placeHalo: string;
  readonly waterName: string;
}

const GROUNDS: Readonly<Record<Theme, Ground>> = {
  night: {
    land: "#12191f", builtUp: "#171f27", builtUpDense: "#1b252e", water: "#081626", shore: "#31516e", shoreStrength: 0.07,
    minor: "#202a33", tertiary: "#26323d", secondary: "#2c3945", primary: "#354452", motorway: "#465869", casing: "#0c1117",
    roadName: "#8d9caa", place: "#82909d", placeHalo: "#12191f", waterName: "#6288ab",
  },
  day: {
    land: "#f3f4f2", builtUp: "#eceeed", builtUpDense: "#e5e8e9", water: "#cfe0ec", shore: "#8fb3cc", shoreStrength: 0.055,
    minor: "#fafbfa", tertiary: "#ffffff", secondary: "#ffffff", primary: "#ffffff", motorway: "#fbeecb", casing: "#c6ced5",
    roadName: "#505e69", place: "#56646f", placeHalo: "#f3f4f2", waterName: "#2f6186",
  },
};

export function mapStyle(theme: Theme, language: Language, hasBasemap: boolean): StyleSpecification {
  const ground = GROUNDS[theme];
  const background: LayerSpecification = {
    id: "land", type: "background", paint: { "background-color": ground.land },
  };
  if (!hasBasemap) return { version: 8, sources: {}, layers: [background] };
  return {
    version: 8,
    sources: { [SOURCE]: { type: "vector", url: `pmtiles://${location.origin}${BASEMAP_AT}` } },
    layers: [background, ...areas(ground), ...roads(ground), ...names(ground, language, theme)],
  };
}

function areas(ground: Ground): LayerSpecification[] {
  return [
    { id: "water", type: "fill", source: SOURCE, "source-layer": "water", paint: { "fill-color": ground.water } },
    // Strokes along the shore; the land covers their inner half.
    ...SHORE_WIDTHS.map((width): LayerSpecification => ({
      id: `shore-${width}`, type: "line", source: SOURCE, "source-layer": "shore",
      paint: { "line-color": ground.shore, "line-width": width, "line-opacity": ground.shoreStrength, "line-blur": width / 6 },
    })),
    { id: "ground", type: "fill", source: SOURCE, "source-layer": "land", filter: ["==", ["get", "class"], "land"], paint: { "fill-color": ground.land } },
    { id: "built-up", type: "fill", source: SOURCE, "source-layer": "land", filter: ["==", ["get", "class"], "built_up"], paint: { "fill-color": ground.builtUp } },
    { id: "built-up-dense", type: "fill", source: SOURCE, "source-layer": "land", filter: ["==", ["get", "class"], "built_up_dense"], paint: { "fill-color": ground.builtUpDense } },
    {
      id: "coast", type: "line", source: SOURCE, "source-layer": "shore",
      paint: { "line-color": ground.shore, "line-width": 1, "line-opacity": 0.75 },
    },
  ];
}

const SHORE_WIDTHS = [8, 16, 28, 44];
const WIDTHS: readonly (readonly [classes: readonly string[], widths: readonly [number, number, number], tone: keyof Ground])[] = [
  [["residential"], [0.3, 0.6, 1.6], "minor"],
  [["tertiary"], [0.7, 1.1, 2.4], "tertiary"],
  [["secondary"], [0.9, 1.6, 3.5], "secondary"],
  [["primary"], [1.3, 2.3, 5], "primary"],
  [["motorway", "trunk"], [1.9, 3.4, 7.5], "motorway"],
];

function roads(ground: Ground): LayerSpecification[] {
  const layers: LayerSpecification[] = [];
  for (const isCase of [true, false]) {
    for (const [classes, [z11, z13, z15], tone] of WIDTHS) {
      const widen = isCase ? (tone === "motorway" ? 2.4 : 1.4) : 0;
      if (isCase && tone === "minor") continue;
      if (isCase && tone === "tertiary" && ground.casing === GROUNDS.night.casing) continue;
      layers.push({
        id: `${tone}${isCase ? "-case" : ""}`, type: "line", source: SOURCE, "source-layer": "roads",
        minzoom: tone === "minor" ? 12 : tone === "tertiary" ? 10 : 5,
        filter: ["in", ["get", "class"], ["literal", [...classes]]],
        layout: { "line-cap": "round", "line-join": "round" },
        paint: {
          "line-color": (isCase ? ground.casing : ground[tone]) as string,
          "line-width": ["interpolate", ["exponential", 1.4], ["zoom"], 9, z11 * 0.6 + widen / 2, 11, z11 + widen, 13, z13 + widen, 15, z15 + widen, 18, z15 * 3 + widen],
        },
      });
    }
  }
  return layers;
}

function names(ground: Ground, language: Language, theme: Theme): LayerSpecification[] {
  const named = ["coalesce", ["get", `name_${language}`], ["get", "name_en"], ["get", "name"]];
  const isEnglish = language === "en";
  const isCentre = ["==", ["get", "class"], "centre"];
  return [
    {
      id: "road-names", type: "symbol", source: SOURCE, "source-layer": "roads", minzoom: 12.5,
      filter: ["has", "name"],
      layout: {
        "symbol-placement": "line", "text-field": ["get", "name"], "text-font": FACES,
        "text-size": ["interpolate", ["linear"], ["zoom"], 12.5, 10, 15, 11.5], "symbol-spacing": 420, "text-max-angle": 26, "text-padding": 10,
      },
      paint: { "text-color": ground.roadName, "text-halo-color": ground.land, "text-halo-width": 1.6 },
    },
    {
      id: "water-names", type: "symbol", source: SOURCE, "source-layer": "places", minzoom: 10,
      filter: ["==", ["get", "class"], "water"],
      layout: {
        "text-field": named as never, "text-font": FACES, "text-letter-spacing": 0.08, "text-max-width": 8,
        "text-size": ["interpolate", ["linear"], ["zoom"], 10, 11, 13, 15],
      },
      paint: { "text-color": ground.waterName, "text-halo-color": ground.water, "text-halo-width": 1.2 },
    },
    {
      id: "place-names", type: "symbol", source: SOURCE, "source-layer": "places",
      filter: ["!=", ["get", "class"], "water"],
      layout: {
        "text-field": (isEnglish ? ["upcase", named] : named) as never, "text-font": FACES,
        "text-size": ["interpolate", ["linear"], ["zoom"], 9, 10, 13, ["case", isCentre, 13, 11.5]] as never,
        "text-letter-spacing": isEnglish ? 0.12 : 0.06, "text-max-width": 7, "text-padding": 6,
        "symbol-sort-key": ["case", isCentre, 0, 1] as never,
      },
      paint: {
        "text-color": ["case", isCentre, theme === "night" ? "#a6b3c0" : "#3a4753", ground.place] as never,
        "text-halo-color": ground.placeHalo, "text-halo-width": 1.4,
      },
    },
  ];
}

/** Whether the node serves a basemap: a few bytes of it are asked for. */
export async function basemapIsThere(): Promise<boolean> {
  try {
    const answer = await fetch(BASEMAP_AT, { headers: { Range: "bytes=0-6" } });
    if (answer.status !== 206 && answer.status !== 200) return false;
    if (answer.status === 200) void answer.body?.cancel();
    return answer.status === 200 || (await answer.text()) === "PMTiles";
  } catch {
    return false;
  }
}
