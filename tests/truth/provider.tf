# The provider that recorded and live comparisons use: `terraform providers mirror DIRECTORY` fetches it.
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}
