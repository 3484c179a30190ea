locals {
  billing_project = coalesce(var.billing_project, var.project)
}

resource "google_project_service" "used" {
  for_each = toset([
    "bigquery.googleapis.com",
    "bigquerystorage.googleapis.com",
    "cloudkms.googleapis.com",
    "iam.googleapis.com",
    "iamcredentials.googleapis.com",
  ])

  project            = var.project
  service            = each.value
  disable_on_destroy = false
}
