# Streams in the place of topics, where 60 messages a minute are too few.

variable "create_result_stream" {
  description = "Make a stream for result events, in the place of their topic. Failed events go on to the topic of dead letters."
  type        = bool
  default     = false
  nullable    = false
}

variable "create_dead_letter_stream" {
  description = "Make a stream for failed events, in the place of their topic. Nobody gets a mail of them any more."
  type        = bool
  default     = false
  nullable    = false
}

variable "stream_partitions" {
  description = "Partitions of each stream; one takes 1 MB a second. A change makes a new stream: the messages are lost, and whoever reads it must be pointed to the new one."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.stream_partitions >= 1 && floor(var.stream_partitions) == var.stream_partitions
    error_message = "stream_partitions takes a whole number from 1."
  }
}

variable "stream_retention_in_hours" {
  description = "Hours that messages stay in the streams, 24 to 168. A change makes a new stream: the messages are lost, and whoever reads it must be pointed to the new one."
  type        = number
  default     = 168
  nullable    = false

  validation {
    condition     = var.stream_retention_in_hours >= 24 && var.stream_retention_in_hours <= 168 && floor(var.stream_retention_in_hours) == var.stream_retention_in_hours
    error_message = "stream_retention_in_hours takes 24 to 168 whole hours."
  }
}
