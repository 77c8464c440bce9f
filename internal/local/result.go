package main

import (
	"encoding/json"
	"fmt"
)

// result holds the members of a result that the player checks.
type result struct {
	Outcome    string `json:"outcome"`
	DryRun     bool   `json:"dryRun"`
	Invitation struct {
		ID                 string `json:"id"`
		RecipientTenancyID string `json:"recipientTenancyId"`
	} `json:"invitation"`
	Command struct { // of a held create
		RecipientTenancyID string `json:"recipientTenancyId"`
	} `json:"command"`
	Told int `json:"told"` // by a poll
}

// parseResult returns the only result of an answer.
func parseResult(answer []byte) (result, error) {
	var answered struct {
		Results []result `json:"results"`
	}
	if err := json.Unmarshal(answer, &answered); err != nil {
		return result{}, err
	}
	if count := len(answered.Results); count != 1 {
		return result{}, fmt.Errorf("the answer has %d results: the sample must be one event, not a list", count)
	}
	return answered.Results[0], nil
}
