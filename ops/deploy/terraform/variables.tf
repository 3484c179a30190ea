variable "project" {
  description = "The project that holds the datasets, the service's account and its key."
  type        = string
}

variable "billing_project" {
  description = "The project in which jobs run and are paid (Governance:Warehouse:BigQuery:BillingProject). Default: the project itself."
  type        = string
  default     = null
}

variable "location" {
  description = "Where the datasets are: a region or a multi-region of BigQuery. It cannot be changed afterwards."
  type        = string
  default     = "EU"
}

variable "kms_location" {
  description = "Where the keys are. A key that encrypts the datasets must be where they are; the multi-region that BigQuery calls EU is called europe here."
  type        = string
  default     = "europe"
}

variable "masked_dataset" {
  description = "The dataset where masked tables land. No analyst has a right on it."
  type        = string
  default     = "masked"

  validation {
    condition     = can(regex("^[A-Za-z0-9_]{1,1024}$", var.masked_dataset))
    error_message = "A dataset's name holds letters, digits and underscores."
  }
}

variable "published_dataset" {
  description = "The dataset where views are issued: what analysts may see, view by view."
  type        = string
  default     = "published"

  validation {
    condition     = can(regex("^[A-Za-z0-9_]{1,1024}$", var.published_dataset))
    error_message = "A dataset's name holds letters, digits and underscores."
  }

  validation {
    condition     = var.published_dataset != var.masked_dataset
    error_message = "Views need a dataset of their own: in the masked one, analysts would see the tables themselves."
  }
}

variable "time_travel_days" {
  description = "Days for which deleted rows can be brought back, 2 to 7. The fewer, the sooner an erasure is physical (seven days of fail-safe follow). Keep Governance:Warehouse:BigQuery:TimeTravel at the same number."
  type        = number
  default     = 2

  validation {
    condition     = contains([2, 3, 4, 5, 6, 7], var.time_travel_days)
    error_message = "BigQuery takes 2 to 7 days."
  }
}

variable "encrypt_datasets" {
  description = "Whether the datasets are encrypted by a key of this project's key ring (CMEK), and not by Google's own."
  type        = bool
  default     = false
}

variable "service_account_id" {
  description = "The name of the service's own account."
  type        = string
  default     = "governance"
}

variable "workload_identity_members" {
  description = "Who may act as the service's account without a key: for GKE serviceAccount:<project>.svc.id.goog[<namespace>/<account>], for other places principal://iam.googleapis.com/…/subject/…"
  type        = set(string)
  default     = []

  validation {
    condition = alltrue([
      for member in var.workload_identity_members :
      can(regex("^(serviceAccount:[a-z0-9.:-]+\\.svc\\.id\\.goog\\[[a-z0-9-]+/[a-z0-9-]+\\]|principal://iam\\.googleapis\\.com/.+/subject/.+)$", member))
    ])
    error_message = "Name single workloads: a set of principals, a user or a group would widen who may decrypt."
  }
}

variable "analysts" {
  description = "Who may run queries (and pays for them in the billing project): IAM members such as group:analysts@example.com. What they see is granted by the service, view by view."
  type        = set(string)
  default     = []
}

variable "key_ring" {
  description = "The key ring. Rings and keys can never be removed from a project, so the name is used up."
  type        = string
  default     = "governance"
}

variable "key_protection" {
  description = "SOFTWARE, or HSM for keys that never leave a hardware module."
  type        = string
  default     = "HSM"

  validation {
    condition     = contains(["SOFTWARE", "HSM"], var.key_protection)
    error_message = "It is SOFTWARE or HSM."
  }
}

variable "key_rotation_days" {
  description = "How often the key encryption key gets a new version. Old versions stay: they open what they wrapped, until `keys rekey` has run."
  type        = number
  default     = 90

  validation {
    condition     = var.key_rotation_days >= 1 && var.key_rotation_days <= 365
    error_message = "1 to 365 days."
  }
}

variable "labels" {
  description = "Labels of everything that carries some."
  type        = map(string)
  default     = { app = "governance" }
}
