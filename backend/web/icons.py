"""The icons of the house, drawn on a 24-unit grid with one stroke: no page fetches a picture elsewhere."""

# Inner SVG of each icon; the frame around it is drawn once, by the `icon` tag.
ICONS: dict[str, str] = {
    "arrow": '<path d="M4 12h15M13 6l6 6-6 6"/>',
    "back": '<path d="M20 12H5M11 6l-6 6 6 6"/>',
    "bench": '<path d="M3 10h18M5 10v9M19 10v9M8 10V6h8v4M12 6V3"/>',
    "bookmark": '<path d="M7 4h10v16l-5-4-5 4z"/>',
    "box": '<path d="M4 8l8-4 8 4v8l-8 4-8-4zM4 8l8 4 8-4M12 12v8"/>',
    "check": '<path d="M5 13l4.5 4.5L19 7"/>',
    "clock": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5l3.5 2"/>',
    "copy": '<rect x="9" y="9" width="11" height="11" rx="2"/><path d="M5 15V6a2 2 0 0 1 2-2h8"/>',
    "cross": '<path d="M6 6l12 12M18 6L6 18"/>',
    "device": '<rect x="5" y="5" width="14" height="10" rx="1.5"/><path d="M2.5 19h19"/>',
    "disk": '<rect x="5" y="3" width="14" height="18" rx="2"/><circle cx="12" cy="10" r="3.5"/><path d="M9 17h6"/>',
    "download": '<path d="M12 4v11M7 10.5l5 5 5-5M5 20h14"/>',
    "hands": '<path d="M3.5 16.5a9 9 0 0 1 9-9M20.5 11.5a9 9 0 0 1-9 9"/><circle cx="17" cy="6.5" r="2.5"/>',
    "info": '<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5M12 7.5v.5"/>',
    "list": '<path d="M9 6h11M9 12h11M9 18h11M4.5 6h.5M4.5 12h.5M4.5 18h.5"/>',
    "lock": '<rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>',
    "menu": '<path d="M4 7h16M4 12h16M4 17h16"/>',
    "minus": '<circle cx="12" cy="12" r="8.5"/><path d="M8 12h8"/>',
    "parts": '<path d="M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4z"/><path d="M17 14v6M14 17h6"/>',
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4.5 20a7.5 7.5 0 0 1 15 0"/>',
    "phone": '<path d="M6 3.5h3.5l1.5 5-2.5 1.5a11 11 0 0 0 5.5 5.5l1.5-2.5 5 1.5V18a2.5 2.5 0 0 1-3 2.5'
    'C10 19 5 14 3.5 6.5A2.5 2.5 0 0 1 6 3.5z"/>',
    "place": '<path d="M12 21s-6.5-6-6.5-11a6.5 6.5 0 0 1 13 0c0 5-6.5 11-6.5 11z"/><circle cx="12" cy="10" r="2.5"/>',
    "print": '<path d="M7 8V3.5h10V8M7 17H4V9.5A1.5 1.5 0 0 1 5.5 8h13A1.5 1.5 0 0 1 20 9.5V17h-3"/>'
    '<path d="M7 14h10v6.5H7z"/>',
    "question": '<circle cx="12" cy="12" r="8.5"/>'
    '<path d="M9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .8-1 1.7M12 16.5v.5"/>',
    "recycle": '<path d="M4.5 13a7.5 7.5 0 0 1 13-5.5L20 10M20 5v5h-5"/>'
    '<path d="M19.5 11a7.5 7.5 0 0 1-13 5.5L4 14M4 19v-5h5"/>',
    "scan": '<path d="M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M8 8v8M11 8v8M14 8v8M16.5 8v8"/>',
    "shield": '<path d="M12 3l7.5 3v5.5c0 4.5-3 8-7.5 9.5-4.5-1.5-7.5-5-7.5-9.5V6zM8.5 12l2.5 2.5 4.5-5"/>',
    "sun": '<circle cx="12" cy="12" r="4"/><path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6L7 7M17 17l1.4 1.4M18.4 5.6'
    'L17 7M7 17l-1.4 1.4"/>',
    "truck": '<path d="M2.5 6h11v10h-11zM13.5 9.5h4l4 3.5v3h-8z"/><circle cx="7" cy="17.5" r="2"/>'
    '<circle cx="17.5" cy="17.5" r="2"/>',
    "upload": '<path d="M12 16V5M7 9.5l5-5 5 5M5 20h14"/>',
    "warning": '<path d="M12 4l9 16H3zM12 10v4.5M12 17v.5"/>',
}
