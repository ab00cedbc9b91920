// Reads a QR code with the camera or from a picture, on the device itself: nothing is sent anywhere.
// Fires "code" with the text in `detail`; who listens says with `tell(name)` which of the element's words to show.
// <code-scanner reader="zxing-reader.js" wasm="zxing_reader.wasm" data-denied="…" data-none="…">
//   <button data-camera>…</button><video hidden></video><input type="file"><p role="status"></p></code-scanner>

// A frame of this size shows a code well; of a larger one only the reading would take longer.
const FRAME = { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } }
const WANTED = { formats: ["QRCode"], maxNumberOfSymbols: 1 }

customElements.define("code-scanner", class extends HTMLElement {
  connectedCallback() {
    this.video = this.querySelector("video")
    this.querySelector("[data-camera]").addEventListener("click", () => this.stream ? this.stop() : this.watch())
    this.querySelector("input[type=file]").addEventListener("change", event => this.look(event.target))
  }
  disconnectedCallback() { this.stop() }

  tell(name, facts = {}) {
    const words = this.dataset[name] || ""
    this.querySelector("[role=status]").textContent = words.replace(/\{(\w+)\}/g, (_, fact) => facts[fact] || "")
  }
  found(text) {
    this.stop()
    this.dispatchEvent(new CustomEvent("code", { detail: text, bubbles: true }))
  }
  stop() {
    this.stream?.getTracks().forEach(track => track.stop())
    this.stream = null
    if (this.video) this.video.hidden = true
  }

  async watch() {
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ video: FRAME })
    } catch { return this.tell("denied") }
    this.tell("")
    this.video.srcObject = this.stream
    this.video.hidden = false
    await this.video.play()
    const read = await this.reader()
    while (this.stream) {
      const text = await read(this.video, this.video.videoWidth, this.video.videoHeight)
      if (text && this.stream) return this.found(text)
      await new Promise(requestAnimationFrame)
    }
  }
  async look(input) {
    const [file] = input.files
    input.value = ""
    if (!file) return
    try {
      const picture = await createImageBitmap(file)
      const shrink = Math.min(1, 2000 / Math.max(picture.width, picture.height))
      const text = await (await this.reader())(picture, picture.width * shrink, picture.height * shrink)
      text ? this.found(text) : this.tell("none")
    } catch { this.tell("none") }
  }

  // The phone's own reader where it has one; else the one that comes along, loaded when it is first needed.
  async reader() {
    if ((await globalThis.BarcodeDetector?.getSupportedFormats())?.includes("qr_code")) {
      const own = new BarcodeDetector({ formats: ["qr_code"] })
      return async source => (await own.detect(source))[0]?.rawValue
    }
    if (!globalThis.ZXingWASM) await load(this.getAttribute("reader"))
    const wasm = this.getAttribute("wasm")
    ZXingWASM.prepareZXingModule({ overrides: { locateFile: () => wasm } })
    const canvas = document.createElement("canvas")
    const pen = canvas.getContext("2d", { willReadFrequently: true })
    return async (source, width, height) => {
      if (!width || !height) return ""
      Object.assign(canvas, { width, height })
      pen.drawImage(source, 0, 0, canvas.width, canvas.height)
      const seen = await ZXingWASM.readBarcodes(pen.getImageData(0, 0, canvas.width, canvas.height), WANTED)
      return seen[0]?.text
    }
  }
})

function load(src) {
  return new Promise((done, failed) => document.head.append(Object.assign(document.createElement("script"), { src, onload: done, onerror: failed })))
}
