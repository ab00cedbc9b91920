// Lets the health book open without a network: its worker keeps the looks of the pages and one page that says so.
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/so-suc-khoe/sw.js")
