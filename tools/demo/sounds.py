"""A quiet chord for each clip: a slow pad and a plucked note every half second, of a pentatonic scale."""
KBIT = 24
_SCALE = (0, 2, 4, 7, 9, 12, 14, 16)
_ROOTS = {"fractals": 110, "automata": 147, "life": 165, "waves": 98, "gradients": 131, "clouds": 87, "rings": 123,
          "triangles": 139, "cards": 220, "mosaics": 156, "orbits": 104, "kaleidoscopes": 117}


def _tone(root, step):
    return root * 2 ** (_SCALE[step % len(_SCALE)] / 12)


def chord(topic, variant, seconds):
    root = _ROOTS[topic]
    pad = "+".join(f".09*sin(2*PI*{_tone(root, step + variant):.2f}*t)*(.7+.3*sin(t*{rate}))"
                   for step, rate in ((0, .9), (2, 1.3), (3, .7)))
    # The plucked note climbs the scale by a different stride for each clip.
    stride = 2 + variant
    note = f"{root * 2}*pow(2,2*floor(mod(floor(t*2)*{stride},6))/12)"
    pluck = f".16*sin(2*PI*{note}*mod(t,.5))*exp(-7*mod(t,.5))*min(1,200*mod(t,.5))"
    return (f"aevalsrc='{pad}+{pluck}':s=32000:d={seconds},afade=in:d=0.4,"
            f"afade=out:st={seconds - .6:.1f}:d=0.6")
