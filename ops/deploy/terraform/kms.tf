resource "google_kms_key_ring" "governance" {
  name     = var.key_ring
  location = var.kms_location

  depends_on = [google_project_service.used]

  lifecycle {
    prevent_destroy = true
  }
}

# Wraps the keysets. Without it every token, sealed value and subject key is lost, in all copies: that is what it is for, and why
# nothing here may remove it.
resource "google_kms_crypto_key" "keysets" {
  name     = "keysets"
  key_ring = google_kms_key_ring.governance.id
  purpose  = "ENCRYPT_DECRYPT"
  labels   = var.labels

  rotation_period            = "${var.key_rotation_days * 24 * 60 * 60}s"
  destroy_scheduled_duration = "${30 * 24 * 60 * 60}s"

  version_template {
    algorithm        = "GOOGLE_SYMMETRIC_ENCRYPTION"
    protection_level = var.key_protection
  }

  lifecycle {
    prevent_destroy = true
  }
}

# The service wraps and opens with this one key, and can neither read its material, nor change, nor destroy it.
resource "google_kms_crypto_key_iam_member" "service" {
  crypto_key_id = google_kms_crypto_key.keysets.id
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = google_service_account.governance.member
}

# Another key for the datasets: BigQuery's own account uses it, and has no business with the keysets.
resource "google_kms_crypto_key" "datasets" {
  count = var.encrypt_datasets ? 1 : 0

  name     = "datasets"
  key_ring = google_kms_key_ring.governance.id
  purpose  = "ENCRYPT_DECRYPT"
  labels   = var.labels

  rotation_period            = "${var.key_rotation_days * 24 * 60 * 60}s"
  destroy_scheduled_duration = "${30 * 24 * 60 * 60}s"

  version_template {
    algorithm        = "GOOGLE_SYMMETRIC_ENCRYPTION"
    protection_level = var.key_protection
  }

  lifecycle {
    prevent_destroy = true
  }
}

data "google_bigquery_default_service_account" "bigquery" {
  count = var.encrypt_datasets ? 1 : 0

  project    = var.project
  depends_on = [google_project_service.used]
}

resource "google_kms_crypto_key_iam_member" "bigquery" {
  count = var.encrypt_datasets ? 1 : 0

  crypto_key_id = google_kms_crypto_key.datasets[0].id
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = "serviceAccount:${data.google_bigquery_default_service_account.bigquery[0].email}"
}
