package main

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"
)

// markdown returns the table, with a line for each row that has figures, and below it the failures. If the function's doors
// differ, a ratio and the column met have two values: event / HTTP. A goal in brackets is a stretch goal.
func (r *results) markdown(rows []row) string {
	head := []string{"measure"}
	for _, p := range columns() {
		head = append(head, p.name)
	}
	lines := [][]string{append(head, "to reference", "to raw", "goal", "met")}
	var failed strings.Builder
	for _, row := range rows {
		switch {
		case r.rows[row.name] != nil:
			lines = append(lines, r.line(row, &failed))
		case row.elsewhere != "":
			lines = append(lines, []string{row.name, "–", "–", "–", "–", "–", "–", "–", goalText(row.goals), row.elsewhere})
		}
	}
	return align(lines) + failed.String()
}

// line returns the cells of a row, and adds its failures to failed.
func (r *results) line(row row, failed *strings.Builder) []string {
	cells := []string{row.name}
	for _, p := range columns() {
		value, err := r.value(row.name, p.name)
		cell := number(value)
		if err != nil {
			cell = strings.TrimPrefix(cell+" failed", "– ")
			fmt.Fprintf(failed, "\n%s, %s: %v\n", row.name, p.name, err)
		}
		cells = append(cells, cell)
	}
	cells = append(cells, r.ratios(row.name, reference), r.ratios(row.name, raw))
	return append(cells, goalText(row.goals), r.met(row))
}

// ratios returns the ratios of the function's doors to a peer.
func (r *results) ratios(row, peer string) string {
	return each(func(door string) string { return number(r.ratio(row, door, peer)) })
}

// each returns the text for each of the function's doors, or one text if they are equal or HTTP has none.
func each(text func(door string) string) string {
	event, http := text(byEvent), text(byHTTP)
	if event == http || http == "–" {
		return event
	}
	return event + " / " + http
}

func goalText(goals []goal) string {
	if len(goals) == 0 {
		return "–"
	}
	text := goals[0].text
	for _, stretch := range goals[1:] {
		text += " (" + stretch.text + ")"
	}
	return text
}

// met returns which goals of a row are reached.
func (r *results) met(row row) string {
	return each(func(door string) string {
		text := "–"
		for index, goal := range row.goals {
			switch word := r.reached(row.name, door, goal); {
			case index == 0:
				text = word
			case word != "–":
				text += " (" + word + ")"
			}
		}
		return text
	})
}

// reached returns yes or no, or – if there is no figure.
func (r *results) reached(row, door string, g goal) string {
	value, err := r.value(row, door)
	if g.to != "" {
		value = r.ratio(row, door, g.to)
	}
	switch {
	case math.IsNaN(value) && err == nil:
		return "–"
	case err == nil && (g.most == 0 || value <= g.most) && value >= g.least:
		return "yes"
	}
	return "no"
}

// number formats a value with at least three digits.
func number(value float64) string {
	switch {
	case math.IsNaN(value):
		return "–"
	case value >= 100:
		return fmt.Sprintf("%.0f", value)
	case value >= 10:
		return fmt.Sprintf("%.1f", value)
	}
	return fmt.Sprintf("%.2f", value)
}

// align returns lines as a Markdown table with aligned columns. The first line is the head.
func align(lines [][]string) string {
	widths := make([]int, len(lines[0]))
	for _, line := range lines {
		for index, cell := range line {
			widths[index] = max(widths[index], utf8.RuneCountInString(cell))
		}
	}
	var out strings.Builder
	for index, line := range lines {
		for column, cell := range line {
			out.WriteString("| " + cell + strings.Repeat(" ", widths[column]-utf8.RuneCountInString(cell)+1))
		}
		out.WriteString("|\n")
		if index == 0 {
			for _, width := range widths {
				out.WriteString("|" + strings.Repeat("-", width+2))
			}
			out.WriteString("|\n")
		}
	}
	return out.String()
}
