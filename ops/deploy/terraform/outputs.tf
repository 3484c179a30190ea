locals {
  settings = merge(
    {
      "Governance:Warehouse:BigQuery:Project"          = var.project
      "Governance:Warehouse:BigQuery:Dataset"          = google_bigquery_dataset.masked.dataset_id
      "Governance:Warehouse:BigQuery:PublishedDataset" = google_bigquery_dataset.published.dataset_id
      "Governance:Warehouse:BigQuery:Location"         = var.location
      "Governance:Warehouse:BigQuery:TimeTravel"       = tostring(var.time_travel_days)
      "Governance:Warehouse:BigQuery:ServiceAccount"   = google_service_account.governance.member
      "Governance:Keys:Kms:Key"                        = google_kms_crypto_key.keysets.id
    },
    local.billing_project == var.project ? {} : { "Governance:Warehouse:BigQuery:BillingProject" = local.billing_project },
  )
}

output "settings" {
  description = "The service's settings, by name."
  value       = local.settings
}

output "environment" {
  description = "The same as environment variables, one a line: terraform output -raw environment"
  value       = join("", [for name, value in local.settings : "${replace(name, ":", "__")}=${value}\n"])
}

output "compose" {
  description = "For ops/compose/.env: terraform output -raw compose"
  value       = <<-EOT
    BIGQUERY_PROJECT=${var.project}
    BIGQUERY_BILLING_PROJECT=${local.billing_project}
    BIGQUERY_DATASET=${google_bigquery_dataset.masked.dataset_id}
    BIGQUERY_PUBLISHED_DATASET=${google_bigquery_dataset.published.dataset_id}
    BIGQUERY_LOCATION=${var.location}
    BIGQUERY_SERVICE_ACCOUNT=${google_service_account.governance.member}
    KMS_KEY=${google_kms_crypto_key.keysets.id}
  EOT
}

output "service_account" {
  description = "The account's address: annotate a Kubernetes service account with it (iam.gke.io/gcp-service-account)."
  value       = google_service_account.governance.email
}
