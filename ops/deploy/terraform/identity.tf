# The service's own account. It has no key: workloads act as it by their own identity.
resource "google_service_account" "governance" {
  account_id   = var.service_account_id
  display_name = "Governance"
  description  = "Masks, erases, and issues views. Its rights are on two datasets and one key."

  depends_on = [google_project_service.used]
}

resource "google_service_account_iam_member" "workload" {
  for_each = var.workload_identity_members

  service_account_id = google_service_account.governance.name
  role               = "roles/iam.workloadIdentityUser"
  member             = each.value
}

# Not roles/bigquery.dataEditor: it could not set row rules or authorize views, and could export and copy tables away.
resource "google_project_iam_custom_role" "masked" {
  role_id     = "governanceMasked"
  title       = "Governance: masked tables"
  description = "Lands, erases and protects rows in the masked dataset. Granted on that dataset alone."

  permissions = [
    # Tables that land and widen; the keys tables of erasures, which are made and dropped.
    "bigquery.tables.create",
    "bigquery.tables.delete",
    "bigquery.tables.get",
    "bigquery.tables.list",
    "bigquery.tables.update",
    # Rows: written, erased, counted.
    "bigquery.tables.getData",
    "bigquery.tables.updateData",
    # Row access policies, and whom they let through.
    "bigquery.rowAccessPolicies.create",
    "bigquery.rowAccessPolicies.delete",
    "bigquery.rowAccessPolicies.getIamPolicy",
    "bigquery.rowAccessPolicies.list",
    "bigquery.rowAccessPolicies.setIamPolicy",
    "bigquery.rowAccessPolicies.update",
    # The dataset's list of authorized views. Whoever may change the list may put anybody in it: nothing narrower exists.
    "bigquery.datasets.get",
    "bigquery.datasets.update",
    "bigquery.datasets.getIamPolicy",
    "bigquery.datasets.setIamPolicy",
  ]
}

resource "google_project_iam_custom_role" "published" {
  role_id     = "governancePublished"
  title       = "Governance: issued views"
  description = "Issues and takes back views, and says who may read each. Granted on the published dataset alone."

  permissions = [
    "bigquery.datasets.get",
    "bigquery.tables.create",
    "bigquery.tables.delete",
    "bigquery.tables.get",
    # An erasure is verified through every issued view, too.
    "bigquery.tables.getData",
    "bigquery.tables.getIamPolicy",
    "bigquery.tables.list",
    "bigquery.tables.setIamPolicy",
    "bigquery.tables.update",
  ]
}

resource "google_project_iam_custom_role" "jobs" {
  project     = local.billing_project
  role_id     = "governanceJobs"
  title       = "Governance: jobs"
  description = "Runs jobs, and sees its own; no data comes with it."
  permissions = ["bigquery.jobs.create"]
}

# google_bigquery_dataset_iam_member would remove the dataset's authorized views; this resource leaves them alone.
resource "google_bigquery_dataset_access" "masked" {
  dataset_id    = google_bigquery_dataset.masked.dataset_id
  role          = google_project_iam_custom_role.masked.id
  user_by_email = google_service_account.governance.email
}

resource "google_bigquery_dataset_access" "published" {
  dataset_id    = google_bigquery_dataset.published.dataset_id
  role          = google_project_iam_custom_role.published.id
  user_by_email = google_service_account.governance.email
}

resource "google_project_iam_member" "jobs" {
  project = local.billing_project
  role    = google_project_iam_custom_role.jobs.id
  member  = google_service_account.governance.member
}

resource "google_project_iam_member" "analysts" {
  for_each = var.analysts

  project = local.billing_project
  role    = "roles/bigquery.jobUser"
  member  = each.value
}
