# Who may do what is added beside the datasets (identity.tf), and by the service itself, which authorizes the views that it issues.
# So both ignore changes of the list: Terraform would take views out of it that grants have put in. The list that a dataset starts
# with names owners alone; BigQuery's default would let every reader of the project in.

resource "google_bigquery_dataset" "masked" {
  dataset_id  = var.masked_dataset
  description = "Masked tables. Analysts have no right here: they see issued views in ${var.published_dataset}."
  location    = var.location
  labels      = var.labels

  max_time_travel_hours      = var.time_travel_days * 24
  delete_contents_on_destroy = false

  access {
    role          = "OWNER"
    special_group = "projectOwners"
  }

  dynamic "default_encryption_configuration" {
    for_each = google_kms_crypto_key.datasets

    content {
      kms_key_name = default_encryption_configuration.value.id
    }
  }

  depends_on = [google_project_service.used, google_kms_crypto_key_iam_member.bigquery]

  lifecycle {
    prevent_destroy = true
    ignore_changes  = [access]
  }
}

resource "google_bigquery_dataset" "published" {
  dataset_id  = var.published_dataset
  description = "Views that grants have issued. Rights are on single views; the service gives and takes them."
  location    = var.location
  labels      = var.labels

  max_time_travel_hours      = var.time_travel_days * 24
  delete_contents_on_destroy = false

  access {
    role          = "OWNER"
    special_group = "projectOwners"
  }

  dynamic "default_encryption_configuration" {
    for_each = google_kms_crypto_key.datasets

    content {
      kms_key_name = default_encryption_configuration.value.id
    }
  }

  depends_on = [google_project_service.used, google_kms_crypto_key_iam_member.bigquery]

  lifecycle {
    prevent_destroy = true
    ignore_changes  = [access]
  }
}
