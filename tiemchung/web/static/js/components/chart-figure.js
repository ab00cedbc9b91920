// Draws the table inside it as a chart that can be pointed at and zoomed; without JavaScript the table remains.
// <chart-figure src="address of the ECharts module" kind="line|bar"><table>…</table></chart-figure>
const token = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim()
const figures = new Intl.NumberFormat("vi-VN")

customElements.define("chart-figure", class extends HTMLElement {
  async connectedCallback() {
    const table = this.querySelector("table")
    const { init } = await import(this.getAttribute("src"))
    if (!this.isConnected) return
    const plot = document.createElement("div")
    plot.className = "plot"
    plot.setAttribute("aria-hidden", "true")
    this.prepend(plot)
    this.chart = init(plot, null, { renderer: "svg" })
    this.chart.setOption(option(read(table), this.getAttribute("kind") || "line"))
    this.watch = new ResizeObserver(() => this.chart.resize())
    this.watch.observe(plot)
  }
  disconnectedCallback() { this.watch?.disconnect(); this.chart?.dispose(); this.querySelector(".plot")?.remove() }
})

// The first column names a row, the others are series; a cell's own value is in data-value, so that words stay words.
function read(table) {
  const names = [...table.querySelectorAll("thead th")].slice(1).map(head => head.textContent)
  const rows = [...table.querySelectorAll("tbody tr")].map(row => [...row.cells])
  const series = names.map((name, k) => ({ name, values: rows.map(cells => Number(cells[k + 1].dataset.value)) }))
  return { series, labels: rows.map(cells => cells[0].textContent) }
}

function option({ series, labels }, type) {
  const text = { color: token("--ink-700"), fontFamily: token("--font"), fontSize: 14 }
  const colours = ["--fill", "--warn-bar", "--info-700", "--bad-700"].map(token)
  return {
    color: colours, animation: false, textStyle: text, grid: { left: 8, right: 12, top: 40, bottom: 8, containLabel: true },
    legend: { top: 0, textStyle: text }, dataZoom: [{ type: "inside" }],
    // A drawn tooltip: an HTML one would carry inline styles, which the policy of the pages refuses.
    tooltip: { trigger: "axis", renderMode: "richText", valueFormatter: value => figures.format(value) },
    xAxis: { type: "category", data: labels, axisLabel: text, axisLine: { lineStyle: { color: token("--line-strong") } } },
    yAxis: { type: "value", axisLabel: { ...text, formatter: value => figures.format(value) }, splitLine: { lineStyle: { color: token("--line") } } },
    series: series.map(({ name, values }) => ({ name, type, data: values, showSymbol: false, barMaxWidth: 28 })),
  }
}
