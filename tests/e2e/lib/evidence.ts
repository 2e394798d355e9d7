// What the API tells of a site's clients (docs/api/openapi.yaml, SiteEvidence), as far as tests look at it.

/** Of a sample: the truth is within the error in 19 cases of 20; 0 where all were counted. */
export interface Figure {
  count: number;
  error: number;
}

export interface ClientsDay {
  day: string;
  https: Figure;
  http: Figure;
  redirected: Figure;
  arrived: Figure;
  waiting: Figure;
  stranded: Figure;
  stranded_ipv6: Figure;
  in_clear: Figure;
  programs: Figure;
  failed: Figure;
  stranded_classes: (Figure & { class: string })[];
  networks: (Figure & { network: string | null })[];
  failed_causes: (Figure & { cause: string })[];
  failed_classes: (Figure & { class: string; cause: string })[];
}
