package main

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"
)

// markdown is the table, one line for each row that has something, and below it what failed. Ratios, and what is met, are
// those of an event / of an HTTP request. A goal in brackets is the one to dream of.
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

// line is the cells of a row. What failed is told as well.
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

// ratios are those of the function's doors to a peer.
func (r *results) ratios(row, peer string) string {
	return each(func(door string) string { return number(r.ratio(row, door, peer)) })
}

// each is a text for each of the function's doors, or one where they are the same.
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
	for _, dream := range goals[1:] {
		text += " (" + dream.text + ")"
	}
	return text
}

// met says which of the goals of a row are reached.
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

// reached is yes or no, or – where there is no figure.
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

// number is a value with three digits, or more where it has them before the point.
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

// align writes lines as a table of Markdown whose columns stand under each other. The first line is the head.
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
