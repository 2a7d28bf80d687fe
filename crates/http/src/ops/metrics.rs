//! What is counted about requests. No label carries a tenant, so the number of series is bounded.

use std::sync::Arc;
use std::time::Duration;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric, LabelSetEncoder};
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use service::Service;

/// Labels of a request: method, endpoint class, status class.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct RequestLabels {
    method: &'static str,
    status: u16,
}

impl EncodeLabelSet for RequestLabels {
    fn encode(&self, encoder: &mut LabelSetEncoder<'_>) -> Result<(), std::fmt::Error> {
        use prometheus_client::encoding::EncodeLabel;
        ("method", self.method).encode(encoder.encode_label())?;
        ("status", self.status.to_string().as_str()).encode(encoder.encode_label())
    }
}

/// What the service counts about webhooks.
struct Deliveries(Arc<Service>);

impl std::fmt::Debug for Deliveries {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Deliveries")
    }
}

impl Collector for Deliveries {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let ([delivered, failed, disabled], [lag, waiting]) = self.0.deliveries().read();
        for (name, help, n) in [
            ("webhook_deliveries", "Events told to webhooks", delivered),
            ("webhook_failures", "Attempts to tell webhooks that failed", failed),
            ("webhooks_disabled", "Webhooks switched off after failing", disabled),
        ] {
            let counter = ConstCounter::new(n);
            counter.encode(encoder.encode_descriptor(name, help, None, counter.metric_type())?)?;
        }
        for (name, help, n) in [
            ("webhook_lag_events", "Events that the webhook furthest behind has not come to", lag),
            ("webhook_subjects_waiting", "Subjects whose next event could not be told yet", waiting),
        ] {
            let gauge = ConstGauge::new(n);
            gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)?;
        }
        Ok(())
    }
}

/// The counters of one process.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    api: Family<RequestLabels, Counter>,
    seconds: Histogram,
    refused: Counter,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("provost");
        let requests = Family::<RequestLabels, Counter>::default();
        registry.register("scim_requests", "SCIM requests by method and status", requests.clone());
        let api = Family::<RequestLabels, Counter>::default();
        registry.register("api_requests", "Requests of the REST API by method and status", api.clone());
        let bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0];
        let seconds = Histogram::new(bounds);
        registry.register("scim_request_seconds", "Time from request head to answer", seconds.clone());
        let refused = Counter::default();
        registry.register("sign_ins_refused", "Requests without an acceptable token", refused.clone());
        Self { registry, requests, api, seconds, refused }
    }
}

impl Metrics {
    /// The counters, with what the service counts itself.
    #[must_use]
    pub fn of(service: &Arc<Service>) -> Self {
        let mut metrics = Self::default();
        metrics.registry.register_collector(Box::new(Deliveries(Arc::clone(service))));
        metrics
    }

    /// Counts a finished request.
    pub(crate) fn count(&self, method: &'static str, status: u16, took: Duration) {
        self.requests.get_or_create(&RequestLabels { method, status }).inc();
        self.seconds.observe(took.as_secs_f64());
        if status == 401 {
            self.refused.inc();
        }
    }

    /// Counts a finished request of the REST API.
    pub(crate) fn count_api(&self, method: &'static str, status: u16) {
        self.api.get_or_create(&RequestLabels { method, status }).inc();
        if status == 401 {
            self.refused.inc();
        }
    }

    /// OpenMetrics text.
    pub(crate) fn render(&self) -> String {
        let mut text = String::new();
        match encode(&mut text, &self.registry) {
            Ok(()) => text,
            Err(error) => {
                tracing::error!(%error, "metrics do not encode");
                String::from("# EOF\n")
            }
        }
    }
}
