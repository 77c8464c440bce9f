package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// resource makes a resource that stores its arguments. Each creation invents a new OCID. Wrong values are refused when the resource
// is made or changed, as by the service.
func (k kind) resource() (*schema.Resource, error) {
	described, err := fields(k.Schema)
	if err != nil {
		return nil, err
	}
	nothing := func(context.Context, *schema.ResourceData, any) diag.Diagnostics { return nil }
	return &schema.Resource{
		Schema:                         described,
		ValidateRawResourceConfigFuncs: []schema.ValidateRawResourceConfigFunc{warn(k.Schema)},
		CreateContext: func(_ context.Context, d *schema.ResourceData, _ any) diag.Diagnostics {
			if refused := refused(k.Schema, d.GetRawConfig()); refused != nil {
				return refused
			}
			d.SetId(newOCID(k.OCID))
			return diag.FromErr(errors.Join(k.invent(d), settle(d, described), readBack(d, k.Schema)))
		},
		ReadContext: nothing,
		UpdateContext: func(_ context.Context, d *schema.ResourceData, _ any) diag.Diagnostics {
			if refused := refused(k.Schema, d.GetRawConfig()); refused != nil {
				return refused
			}
			return diag.FromErr(readBack(d, k.Schema))
		},
		DeleteContext: nothing,
	}, nil
}

// dataSource makes a data source that always returns the same answer.
func (k kind) dataSource() (*schema.Resource, error) {
	described, err := fields(k.Schema)
	if err != nil {
		return nil, err
	}
	return &schema.Resource{
		Schema: described,
		ReadContext: func(_ context.Context, d *schema.ResourceData, _ any) diag.Diagnostics {
			d.SetId("answer")
			for name, value := range k.Answer {
				if err := d.Set(name, value); err != nil {
					return diag.FromErr(err)
				}
			}
			return nil
		},
	}, nil
}

// invent sets the top-level attributes that have a value in provider.yaml.
func (k kind) invent(d *schema.ResourceData) error {
	for name, words := range k.Schema {
		text, ok := words.(string)
		if !ok {
			continue
		}
		_, value, ok := strings.Cut(text, " = ")
		if !ok {
			continue
		}
		if err := d.Set(name, strings.ReplaceAll(value, "{id}", d.Id())); err != nil {
			return err
		}
	}
	return nil
}

// settle sets top-level maps and lists that were not given to empty ones, as the service does. If they stayed unknown, every
// plan would change them.
func settle(d *schema.ResourceData, described map[string]*schema.Schema) error {
	for name, field := range described {
		if _, given := d.GetOk(name); given || !field.Computed {
			continue
		}
		var empty any
		switch field.Type {
		case schema.TypeMap:
			empty = map[string]any{}
		case schema.TypeList, schema.TypeSet:
			empty = []any{}
		default:
			continue
		}
		if err := d.Set(name, empty); err != nil {
			return err
		}
	}
	return nil
}

func newOCID(word string) string {
	unique := make([]byte, 30)
	rand.Read(unique)
	return fmt.Sprintf("ocid1.%s.oc1.iad.%s", word, hex.EncodeToString(unique))
}
