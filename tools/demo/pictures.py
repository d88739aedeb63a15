"""How each topic of the demo is drawn: an ffmpeg filter graph that ends in frames of 360x640.

Every function takes the clip's variant (0, 1, 2, ...) and its length in seconds. What is costly per pixel is
computed small and scaled up; colour comes from a table afterwards, so that a clip costs about a second.
"""
FPS = 24
SIZE = "360x640"
_UP = "scale=360:640:flags=bicubic"
_CRISP = "scale=360:640:flags=neighbor"

PALETTES = {
    "sea": [(4, 18, 38), (8, 74, 120), (42, 160, 176), (236, 232, 190), (255, 196, 84)],
    "ember": [(14, 8, 22), (92, 16, 58), (206, 58, 48), (250, 160, 52), (255, 240, 190)],
    "ice": [(6, 12, 30), (24, 58, 140), (92, 150, 232), (214, 238, 250)],
    "moss": [(8, 22, 20), (22, 82, 66), (120, 168, 88), (240, 232, 170)],
    "dusk": [(20, 16, 48), (94, 44, 110), (222, 92, 112), (252, 186, 130), (250, 236, 206)],
    "ink": [(9, 12, 18), (52, 64, 84), (150, 164, 180), (238, 236, 226)],
    "berry": [(18, 6, 34), (96, 20, 104), (214, 64, 142), (255, 190, 204)],
    "lagoon": [(6, 20, 34), (10, 92, 98), (88, 196, 160), (232, 248, 206)],
}


def _table(stops, channel):
    step = 255 / (len(stops) - 1)
    text = str(stops[-1][channel])
    for i in range(len(stops) - 2, -1, -1):
        low, high = stops[i][channel], stops[i + 1][channel]
        text = f"if(lt(val,{(i + 1) * step:.2f}),{low}+({high - low})*(val-{i * step:.2f})/{step:.2f},{text})"
    return text


def coloured(name):
    """Grey in, colours of the palette out."""
    red, green, blue = (_table(PALETTES[name], channel) for channel in range(3))
    return f"format=gbrp,lutrgb=r='{red}':g='{green}':b='{blue}'"


def _field(size, expression, palette, rate=FPS):
    """A brightness 0..1 over X, Y and T, drawn small, enlarged and coloured."""
    return (f"nullsrc=s={size}:r={rate},format=gray,geq=lum='255*clip({expression},0,1)',"
            f"{_UP},{coloured(palette)}")


def fractals(variant, seconds):
    x, y, start, end, palette = [
        (-0.743643, 0.131826, 2.6, 0.02, "sea"), (-0.7453, 0.1127, 0.3, 0.012, "ember"),
        (0.2821, 0.0100, 0.9, 0.012, "dusk"), (-1.2502, 0.0207, 0.7, 0.012, "lagoon"),
        (-0.1592, 1.0338, 1.2, 0.01, "berry")][variant]
    mix = ":".join(f"{c}r=.62:{c}g=0:{c}b=.38" for c in "rgb")
    return (f"mandelbrot=s=270x480:r=15:start_x={x}:start_y={y}:start_scale={start}:end_scale={end}"
            f":end_pts={seconds * 15}:maxiter=420,format=gbrp,colorchannelmixer={mix},gblur=.7,{_UP},{coloured(palette)}")


def automata(variant, seconds):
    rule, ratio, colours, size = [(30, 0.03, ("ffd166", "ef476f", "5b2a86"), "90x160"),
                                  (110, 0.5, ("7ae7c7", "1b98e0", "13293d"), "90x160"),
                                  (90, 0.02, ("ffffff", "8ecae6", "023047"), "120x213"),
                                  (73, 0.4, ("f4a261", "e76f51", "264653"), "72x128"),
                                  (150, 0.02, ("f6bd60", "f28482", "84a59d"), "120x213")][variant]
    light = ":".join(f"c{i}=0x{c}" for i, c in enumerate(colours))
    return (f"cellauto=s={size}:rule={rule}:ratio={ratio}:seed={7 + variant}:r={FPS}:full=1,{_CRISP},format=gbrp,"
            f"lutrgb=r='max(val,12)':g='max(val,14)':b='max(val,26)'[cells];"
            f"gradients=s={SIZE}:r={FPS}:n=3:{light}:x0=0:y0=0:x1=200:y1=640:speed=0.004,format=gbrp[light];"
            f"[cells][light]blend=all_mode=multiply:shortest=1")


def life(variant, seconds):
    rule, ratio, mold, alive, fading, ground, size = [
        ("B3/S23", 0.32, 24, "d8f3a6", "2d6a4f", "07201d", "36x64"),
        ("B36/S23", 0.28, 16, "ffe8a3", "c2571a", "1b0f0a", "36x64"),
        ("B3678/S34678", 0.48, 30, "bde0fe", "3a5ba0", "0a1128", "60x107"),
        ("B3/S12345", 0.03, 40, "ffafcc", "7b2d6b", "16071e", "54x96"),
        ("B368/S245", 0.30, 20, "caffbf", "118ab2", "06141f", "45x80")][variant]
    return (f"life=s={size}:rule={rule}:ratio={ratio}:mold={mold}:seed={11 + variant}:r=8:life_color=0x{alive}"
            f":mold_color=0x{fading}:death_color=0x{ground},{_CRISP},fps={FPS}")


def waves(variant, seconds):
    x, horizon, radius, swell, long, short, palette = [(58, 62, 15, .10, 11, 5, "dusk"), (30, 46, 10, .16, 19, 7, "sea"),
                                                       (45, 74, 19, .08, 7, 15, "ember"), (66, 40, 9, .2, 25, 9, "ice"),
                                                       (24, 84, 13, .12, 15, 6, "berry")][variant]
    sky = f"(.34+.4*Y/{horizon}+.62*clip({radius}-hypot(X-{x},Y-{horizon - radius * .45:.1f}),0,1))"
    ripple = f"({swell}*sin(X/{long}+T*1.5+Y/4)+{swell * .8:.3f}*sin(X/{short}-T*2.3+Y/7))"
    glitter = f".4*exp(-pow((X-{x})/{radius},2))*(.5+.5*sin(Y*1.3-T*5+sin(X/3+T)))"
    sea = f"(.5-.42*(Y-{horizon})/(H-{horizon})+{ripple}*Y/H+{glitter})"
    shore = f"clip((Y-{horizon})/1.5,0,1)"
    return _field("90x160", f"{sky}*(1-{shore})+{sea}*{shore}", palette, 15)


def gradients(variant, seconds):
    colours, kind, speed = [(("141030", "5e2c6e", "de5c70", "fcba82"), "linear", .02),
                            (("0b132b", "1c7293", "9eb3c2", "f2e9e4"), "radial", .03),
                            (("03071e", "9d0208", "f48c06", "ffba08"), "circular", .02),
                            (("10002b", "5a189a", "c77dff", "e0fbfc"), "spiral", .02),
                            (("081c15", "2d6a4f", "95d5b2", "fefae0"), "linear", .035)][variant]
    light = ":".join(f"c{i}=0x{c}" for i, c in enumerate(colours))
    ends = "x0=0:y0=0:x1=180:y1=320" if kind == "linear" else "x0=90:y0=160:x1=20:y1=20"
    return f"gradients=s=180x320:r={FPS}:n=4:{light}:{ends}:speed={speed}:type={kind},format=gbrp,{_UP}"


def _octave(columns, rows, seed, width, height, dx, dy, label):
    grain = f"255*mod(abs(sin(X*12.9898+Y*78.233+{seed})*43758.5453),1)"
    return (f"nullsrc=s={columns}x{rows}:r={FPS},format=gray,geq=lum='{grain}',trim=end_frame=1,"
            f"scale={width}:{height}:flags=bicubic,loop=-1:1,setpts=N/{FPS}/TB,"
            f"crop=180:320:x='(iw-180)*(.5+.5*sin(t*{dx}))':y='(ih-320)*(.5+.5*cos(t*{dy}))'[{label}]")


def clouds(variant, seconds):
    palette, slow = [("ice", .16), ("ink", .1), ("dusk", .2), ("moss", .13), ("ember", .24)][variant]
    layers = [_octave(7, 12, 1 + variant, 360, 640, slow, slow * .7, "a"),
              _octave(17, 29, 5 + variant, 360, 640, slow * 1.6, slow, "b"),
              _octave(42, 70, 9 + variant, 360, 640, slow * 2.1, slow * 1.7, "c")]
    return (";".join(layers) + ";[a][b][c]mix=inputs=3:weights='6 3 1.4',eq=contrast=1.9,"
            + f"{_UP},{coloured(palette)}")


def rings(variant, seconds):
    first, second, k, speed, palette = [((29, 70), (64, 118), .62, 3, "ice"), ((20, 20), (70, 140), .5, 4, "lagoon"),
                                        ((45, 80), (45, 30), .8, 3, "ember"), ((10, 150), (80, 150), .42, 5, "ink"),
                                        ((45, 80), (46, 80), .55, 6, "berry")][variant]
    wave = "sin(hypot(X-{0},Y-{1})*{k}-T*{speed})"
    a, b = (wave.format(*place, k=k, speed=speed) for place in (first, second))
    return _field("90x160", f".5+.25*({a}+{b})", palette)


def triangles(variant, seconds):
    kind, jump, palette = [("triangle", 60, "dusk"), ("carpet", 60, "sea"), ("triangle", 140, "lagoon"),
                           ("carpet", 150, "ember"), ("triangle", 90, "ice")][variant]
    drift = ["-.2", ".15", ".3", "-.1", "0"][variant]
    return (f"sierpinski=s=420x740:r={FPS}:type={kind}:jump={jump}:seed={variant + 2},format=gray,"
            f"rotate='{drift}*sin(t*.5)':ow=420:oh=740,crop=360:640,gblur=.6,{coloured(palette)}")


def cards(variant, seconds):
    return [f"testsrc2=s={SIZE}:r={FPS}",
            f"smptehdbars=s={SIZE}:r={FPS},scroll=h=.004,vignette=PI/5",
            f"rgbtestsrc=s={SIZE}:r={FPS},hue='h=40*t',rotate='.5*sin(t*.7)'",
            f"testsrc=s={SIZE}:r={FPS}",
            f"pal100bars=s={SIZE}:r={FPS},scroll=v=.006,hue='h=24*t',vignette=PI/4"][variant]


def mosaics(variant, seconds):
    columns, rows, hue, speed = [(9, 16, "X*.28+Y*.33", .6), (18, 32, "hypot(X-9,Y-16)*.4", -1.4),
                                 (6, 11, "X*.9+Y*.4", .4), (12, 21, "atan2(Y-10,X-6)*2", 1.1),
                                 (27, 48, "sin(X*.3)*2+cos(Y*.2)*2", .9)][variant]
    glow = ".62+.3*sin(X*1.7+Y*2.3+T*1.3)"
    red, green, blue = (f"255*({glow})*(.55+.45*sin({hue}+T*{speed}+{shift}))" for shift in (0, 2.1, 4.2))
    return (f"nullsrc=s={columns}x{rows}:r={FPS},format=gbrp,geq=r='{red}':g='{green}':b='{blue}',"
            f"{_CRISP},vignette=PI/5")


def orbits(variant, seconds):
    a, b, drift, colour = [(3, 2, .11, (250, 160, 52)), (5, 4, .07, (116, 181, 255)), (3, 4, .17, (140, 230, 180)),
                           (7, 5, .05, (255, 140, 190)), (2, 1, .23, (255, 216, 61))][variant]
    red, green, blue = colour
    tone = (f".78*sin(2*PI*{60 * a}*t+{drift}*t*6)*(.7+.3*sin(t*.9))|"
            f".92*sin(2*PI*{60 * b}*t)*(.8+.2*cos(t*.7))")
    return (f"aevalsrc='{tone}':s=24000:c=stereo,avectorscope=m=lissajous_xy:draw=line:scale=lin:zoom=1.6:s={SIZE}:r={FPS}"
            f":rc={red}:gc={green}:bc={blue}:rf=26:gf=22:bf=18,format=gbrp,split[line][soft];"
            f"[soft]scale=90:160,gblur=4,{_UP},format=gbrp[glow];[line][glow]blend=all_mode=addition,"
            f"lutrgb=r='max(val,13)':g='max(val,11)':b='max(val,24)'")


def kaleidoscopes(variant, seconds):
    expression, palette = [(".5+.25*sin(X/9+T)+.25*cos(hypot(X,Y)/6-T*2)", "berry"),
                           (".5+.5*sin(X/7+T)*cos(Y/11-T*.8)", "lagoon"),
                           (".5+.25*sin((X+Y)/8-T*1.4)+.25*sin(X*Y/420+T)", "ember"),
                           (".5+.5*sin(hypot(X-90,Y)/7+T*1.5)*sin(atan2(Y,X+1)*9+T)", "ice"),
                           (".5+.3*sin(X/5+3*sin(T*.6))+.2*cos(Y/6-T)", "dusk")][variant]
    return (f"nullsrc=s=90x160:r={FPS},format=gray,geq=lum='255*clip({expression},0,1)',"
            f"scale=180:320:flags=bicubic,split[l][r];[r]hflip[rr];[rr][l]hstack,split[u][d];[u]vflip[uu];"
            f"[uu][d]vstack,{coloured(palette)}")


TOPICS = (fractals, automata, life, waves, gradients, clouds, rings, triangles, cards, mosaics, orbits, kaleidoscopes)
DRAW = {draw.__name__: draw for draw in TOPICS}
