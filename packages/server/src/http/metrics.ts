import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** One answered request, as the figures see it. */
export interface AnsweredFacts {
  readonly operation: string;
  readonly status: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly ms: number;
}

export interface Metrics {
  began(): void;
  answered(facts: AnsweredFacts): void;
  /** A header or query name that OSS does not know was ignored. */
  ignoredHeader(): void;
  /** The store reported something wrong. */
  alarmed(): void;
  readonly contentType: string;
  text(): Promise<string>;
}

/** The figures of one server, in a registry of its own: several servers may run in one process. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: 'ossature_requests_total',
    help: 'Requests answered.',
    labelNames: ['operation', 'status'] as const,
    registers,
  });
  const seconds = new Histogram({
    name: 'ossature_request_duration_seconds',
    help: 'From the head of a request to the end of its answer.',
    labelNames: ['operation'] as const,
    buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100],
    registers,
  });
  const received = new Counter({ name: 'ossature_received_bytes_total', help: 'Bytes of request bodies.', registers });
  const sent = new Counter({ name: 'ossature_sent_bytes_total', help: 'Bytes of response bodies.', registers });
  const inFlight = new Gauge({ name: 'ossature_requests_in_flight', help: 'Requests being answered.', registers });
  const ignored = new Counter({ name: 'ossature_ignored_headers_total', help: 'Headers that no operation knows.', registers });
  const alarms = new Counter({ name: 'ossature_store_alarms_total', help: 'Things that the store found wrong.', registers });
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident memory.',
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  return {
    began: () => inFlight.inc(),
    answered(facts) {
      inFlight.dec();
      requests.inc({ operation: facts.operation, status: facts.status });
      seconds.observe({ operation: facts.operation }, facts.ms / 1000);
      received.inc(facts.bytesIn);
      sent.inc(facts.bytesOut);
    },
    ignoredHeader: () => ignored.inc(),
    alarmed: () => alarms.inc(),
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}
