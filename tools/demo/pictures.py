"""How each topic of the demo is drawn: an ffmpeg filter graph that ends in frames of 360x640.

Every function takes the clip's variant (0 to 9) and its length in seconds. What is costly per pixel is computed
small and scaled up; colour comes from a table afterwards, so that a clip costs about a second.
"""
FPS = 20
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
    "honey": [(36, 18, 8), (134, 72, 16), (232, 162, 44), (255, 232, 160)],
    "rose": [(40, 10, 30), (148, 40, 84), (240, 128, 138), (255, 226, 214)],
    "aurora": [(4, 10, 30), (12, 64, 84), (40, 190, 140), (170, 130, 240), (240, 224, 255)],
    "sand": [(58, 44, 36), (150, 116, 84), (222, 192, 146), (252, 242, 220)],
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
        (-0.743643887, 0.131825904, 1.2, 0.0004, "sea"), (-0.745428, 0.113009, 0.5, 0.0003, "ember"),
        (0.282, 0.01, 0.5, 0.002, "dusk"), (-1.25066, 0.02012, 0.5, 0.0006, "lagoon"),
        (-0.1592, 1.0338, 1.2, 0.003, "berry"), (-0.088, 0.654, 0.0012, 0.7, "honey"),
        (-0.170337, -1.06506, 0.9, 0.001, "ice"), (0.360240443, -0.641313061, 0.7, 0.0006, "moss"),
        (0.001643722, -0.822467633, 0.0006, 0.6, "aurora"), (-1.768778833, -0.001738996, 0.4, 0.0008, "rose")][variant]
    mix = ":".join(f"{c}r=.62:{c}g=0:{c}b=.38" for c in "rgb")
    return (f"mandelbrot=s=234x416:r=15:start_x={x}:start_y={y}:start_scale={start}:end_scale={end}"
            f":end_pts={seconds * 15}:maxiter=300,format=gbrp,colorchannelmixer={mix},gblur=.6,{_UP},{coloured(palette)}")


def automata(variant, seconds):
    rule, ratio, colours, size = [(30, .03, ("ffd166", "ef476f", "5b2a86"), "90x160"),
                                  (110, .5, ("7ae7c7", "1b98e0", "13293d"), "90x160"),
                                  (90, .02, ("ffffff", "8ecae6", "023047"), "120x213"),
                                  (73, .4, ("f4a261", "e76f51", "264653"), "72x128"),
                                  (150, .02, ("f6bd60", "f28482", "84a59d"), "120x213"),
                                  (45, .3, ("c8f7dc", "38b000", "004b23"), "60x107"),
                                  (22, .02, ("ffc8dd", "b5179e", "3a0ca3"), "90x160"),
                                  (60, .03, ("fefae0", "dda15e", "bc6c25"), "72x128"),
                                  (105, .5, ("caf0f8", "00b4d8", "03045e"), "60x107"),
                                  (54, .35, ("fff3b0", "e09f3e", "9e2a2b"), "45x80")][variant]
    light = ":".join(f"c{i}=0x{c}" for i, c in enumerate(colours))
    return (f"cellauto=s={size}:rule={rule}:ratio={ratio}:seed={7 + variant}:r={FPS}:full=1,{_CRISP},format=gbrp,"
            f"lutrgb=r='max(val,12)':g='max(val,14)':b='max(val,26)'[cells];"
            f"gradients=s=90x160:r={FPS}:n=3:{light}:x0=0:y0=0:x1=50:y1=160:speed=0.004,format=gbrp,{_UP}[light];"
            f"[cells][light]blend=all_mode=multiply:shortest=1")


def life(variant, seconds):
    rule, ratio, mold, alive, fading, ground, size = [
        ("B3/S23", .32, 24, "d8f3a6", "2d6a4f", "07201d", "36x64"),
        ("B36/S23", .28, 16, "ffe8a3", "c2571a", "1b0f0a", "36x64"),
        ("B3678/S34678", .48, 30, "bde0fe", "3a5ba0", "0a1128", "60x107"),
        ("B3/S12345", .03, 40, "ffafcc", "7b2d6b", "16071e", "54x96"),
        ("B368/S245", .30, 20, "caffbf", "118ab2", "06141f", "45x80"),
        ("B45678/S2345", .46, 12, "ffd6a5", "9d4edd", "10002b", "54x96"),
        ("B35678/S5678", .47, 40, "f1faee", "e63946", "1d1a31", "72x128"),
        ("B1357/S1357", .004, 10, "fdfcdc", "00afb9", "0b2545", "72x128"),
        ("B4678/S35678", .5, 30, "fff1c1", "d08c60", "3b2417", "90x160"),
        ("B34/S34", .16, 20, "e0aaff", "5a189a", "120c2c", "45x80")][variant]
    return (f"life=s={size}:rule={rule}:ratio={ratio}:mold={mold}:seed={11 + variant}:r=8:life_color=0x{alive}"
            f":mold_color=0x{fading}:death_color=0x{ground},{_CRISP},fps={FPS}")


def waves(variant, seconds):
    x, horizon, radius, swell, long, short, palette = [
        (58, 62, 15, .10, 11, 5, "dusk"), (30, 46, 10, .16, 19, 7, "sea"), (45, 74, 19, .08, 7, 15, "ember"),
        (66, 40, 9, .20, 25, 9, "ice"), (24, 84, 13, .12, 15, 6, "berry"), (45, 52, 26, .09, 13, 6, "honey"),
        (70, 96, 8, .18, 9, 21, "aurora"), (20, 58, 12, .07, 31, 4, "rose"), (50, 34, 7, .24, 17, 8, "lagoon"),
        (38, 70, 22, .14, 21, 10, "ink")][variant]
    sky = f"(.34+.4*Y/{horizon}+.62*clip({radius}-hypot(X-{x},Y-{horizon - radius * .45:.1f}),0,1))"
    ripple = f"({swell}*sin(X/{long}+T*1.5+Y/4)+{swell * .8:.3f}*sin(X/{short}-T*2.3+Y/7))"
    glitter = f".4*exp(-pow((X-{x})/{radius},2))*(.5+.5*sin(Y*1.3-T*5+sin(X/3+T)))"
    sea = f"(.5-.42*(Y-{horizon})/(H-{horizon})+{ripple}*Y/H+{glitter})"
    shore = f"clip((Y-{horizon})/1.5,0,1)"
    return _field("90x160", f"if(lt(Y,{horizon + 1.5}),{sky}*(1-{shore}),0)+if(gt(Y,{horizon}),{sea}*{shore},0)", palette, 12)


def _lamps(colours, speed):
    """Soft lights of three colours that wander over a dark one."""
    base, *lamps = [[int(c[i:i + 2], 16) for i in (0, 2, 4)] for c in colours]
    paths = [("W*(.5+.42*sin(T*.7))", "H*(.3+.22*cos(T*.9))", 10), ("W*(.5+.4*cos(T*.8+1))", "H*(.72+.2*sin(T*.6))", 12),
             ("W*(.5+.45*sin(T*.5+3))", "H*(.5+.35*cos(T*.7+2))", 8)]
    glows = [f"exp(-(pow(X-{px},2)+pow(Y-{py},2))/{size ** 2})".replace("T*", f"T*{speed}*") for px, py, size in paths]
    channels = ["+".join([str(base[c]), *(f"{lamp[c] - base[c]}*{glow}" for lamp, glow in zip(lamps, glows))])
                for c in range(3)]
    red, green, blue = (f"clip({channel},0,255)" for channel in channels)
    return f"nullsrc=s=18x32:r={FPS},format=gbrp,geq=r='{red}':g='{green}':b='{blue}',{_UP}"


def gradients(variant, seconds):
    colours, kind, speed = [(("141030", "5e2c6e", "de5c70", "fcba82"), "lamps", .8),
                            (("0b132b", "1c7293", "9eb3c2", "f2e9e4"), "radial", .03),
                            (("1b0a2a", "9d0208", "f48c06", "ffba08"), "lamps", .9),
                            (("10002b", "5a189a", "c77dff", "e0fbfc"), "spiral", .02),
                            (("081c15", "2d6a4f", "95d5b2", "fefae0"), "linear", .035),
                            (("0a1045", "00c2d1", "f9c80e", "f86624"), "lamps", 1.2),
                            (("f4d6cc", "f08080", "b8c0ff", "ffc9a0"), "lamps", .7),
                            (("03071e", "370617", "e85d04", "faa307"), "radial", .05),
                            (("001219", "0a9396", "94d2bd", "e9d8a6"), "lamps", 1),
                            (("22223b", "4a4e69", "c9ada7", "f2e9e4"), "spiral", .03)][variant]
    if kind == "lamps":
        return _lamps(colours, speed)
    light = ":".join(f"c{i}=0x{c}" for i, c in enumerate(colours))
    ends = "x0=0:y0=0:x1=90:y1=160" if kind == "linear" else "x0=45:y0=80:x1=10:y1=10"
    return f"gradients=s=90x160:r={FPS}:n=4:{light}:{ends}:speed={speed}:type={kind},format=gbrp,{_UP}"


def _octave(columns, rows, seed, width, height, dx, dy, label):
    grain = f"255*mod(abs(sin(X*12.9898+Y*78.233+{seed})*43758.5453),1)"
    return (f"nullsrc=s={columns}x{rows}:r={FPS},format=gray,geq=lum='{grain}',trim=end_frame=1,"
            f"scale={width}:{height}:flags=bicubic,loop=-1:1,setpts=N/{FPS}/TB,"
            f"crop=180:320:x='(iw-180)*(.5+.5*sin(t*{dx}))':y='(ih-320)*(.5+.5*cos(t*{dy}))'[{label}]")


def clouds(variant, seconds):
    # Of each octave columns and rows: few columns are broad banks, few rows are curtains.
    palette, slow, stretch, weights, contrast = [
        ("ice", .16, (1, 1), "6 3 1.4", 1.9), ("ink", .1, (1, 1), "6 3 1.4", 1.9), ("dusk", .2, (1, 1), "6 3 1.4", 1.9),
        ("moss", .13, (1, 1), "4 4 2", 1.7), ("ember", .24, (.5, 1.4), "6 3 1.4", 2), ("aurora", .18, (2.2, .2), "6 3 1", 1.8),
        ("rose", .1, (.4, 1.2), "7 2 .8", 1.8), ("sea", .3, (1.3, 1.3), "3 4 3", 2), ("honey", .14, (2.6, .3), "5 4 2", 1.7),
        ("sand", .12, (.3, 2.2), "6 4 1", 1.8)][variant]
    octaves = [(7, 12, 1, .7, 1), (17, 29, 5, 1, 1.6), (42, 70, 9, 1.7, 2.1)]
    layers = [_octave(max(6, round(columns * stretch[0])), max(6, round(rows * stretch[1])), seed + variant, 360, 640,
                      slow * dx, slow * dy, label)
              for (columns, rows, seed, dy, dx), label in zip(octaves, "abc")]
    return (";".join(layers) + f";[a][b][c]mix=inputs=3:weights='{weights}',eq=contrast={contrast},"
            + f"{_UP},{coloured(palette)}")


def rings(variant, seconds):
    wave = "sin(hypot(X-{0},Y-{1})*{2}-T*{3})"
    pair = ".5+.25*({0}+{1})"
    expression, palette = [
        (pair.format(wave.format(29, 70, .62, 3), wave.format(64, 118, .62, 3)), "ice"),
        (pair.format(wave.format(20, 20, .5, 4), wave.format(70, 140, .5, 4)), "lagoon"),
        (pair.format(wave.format(45, 80, .8, 3), wave.format(45, 30, .8, 3)), "ember"),
        (pair.format(wave.format(10, 150, .42, 5), wave.format(80, 150, .42, 5)), "sand"),
        (pair.format(wave.format(45, 80, .55, 6), wave.format(46, 80, .55, 6)), "berry"),
        (".5+.5*sin(hypot(X-45,Y-80)*.35-T*3+3*atan2(Y-80,X-45))", "dusk"),
        (".5+.17*(" + "+".join(wave.format(*at, .5, 4) for at in ((45, 20), (12, 110), (78, 110))) + ")", "sea"),
        (".5+.5*sin(hypot(X-45-20*sin(T*.7),Y-80-34*cos(T*.9))*.5)*sin(hypot(X-45+20*sin(T*.6),Y-80+30*cos(T*.8))*.5)", "aurora"),
        (".5+.5*sin(80*log(1+hypot(X-45,Y-80))/9-T*4)", "honey"),
        (pair.format("sin(abs(X-45)*.4+abs(Y-80)*.4-T*4)", wave.format(45, 80, .4, -3)), "rose")][variant]
    return _field("90x160", expression, palette, 15)


def triangles(variant, seconds):
    kind, jump, palette, drift, mirror = [
        ("triangle", 60, "dusk", -.2, ""), ("carpet", 60, "sea", .15, ""), ("triangle", 140, "lagoon", 0, "two"),
        ("carpet", 150, "ember", -.1, ""), ("triangle", 90, "ice", 0, "four"), ("triangle", 200, "honey", .4, ""),
        ("carpet", 90, "berry", 0, "four"), ("triangle", 70, "aurora", -.3, "two"), ("carpet", 220, "moss", .3, ""),
        ("triangle", 120, "rose", .2, "four")][variant]
    turn = f"rotate='{drift}*sin(t*.5)':ow=420:oh=740," if drift else ""
    fold = {"": "crop=360:640", "two": "crop=180:640,split[l][r];[l]hflip[m];[m][r]hstack",
            "four": "crop=180:320,split[l][r];[l]hflip[m];[m][r]hstack,split[u][d];[u]vflip[t];[t][d]vstack"}[mirror]
    return (f"sierpinski=s=420x740:r={FPS}:type={kind}:jump={jump}:seed={variant + 2},format=gray,"
            f"{turn}{fold},gblur=.6,lut=y='min(255,val*1.5)',{coloured(palette)}")


def cards(variant, seconds):
    lines = "drawgrid=w=iw+8:h=4:t=1:c=black@.3"
    return [f"testsrc2=s={SIZE}:r={FPS},vignette=PI/6",
            f"smptehdbars=s={SIZE}:r={FPS},scroll=h=.004,{lines},vignette=PI/5",
            f"rgbtestsrc=s={SIZE}:r={FPS},hue='h=40*t',rotate='.5*sin(t*.7)':ow='hypot(iw,ih)':oh=ow,crop=360:640",
            f"testsrc=s={SIZE}:r={FPS},{lines}",
            f"pal100bars=s={SIZE}:r={FPS},scroll=v=.006,hue='h=24*t',vignette=PI/4",
            f"smptebars=s={SIZE}:r={FPS},hue='s=1.1+.4*sin(t)',{lines},vignette=PI/4",
            f"color=c=0x8a9097:s=90x160:r=12,noise=alls=70:allf=t,{_CRISP},fps={FPS},vignette=PI/4",
            f"pal75bars=s=640x360:r={FPS},transpose=1,scroll=v=.008,{lines}",
            f"yuvtestsrc=s={SIZE}:r={FPS},hue='h=30*t:s=1.4',scroll=v=-.003,vignette=PI/5",
            f"testsrc2=s=640x360:r={FPS},transpose=2,hue='h=90+20*t',{lines},vignette=PI/5"][variant]


def mosaics(variant, seconds):
    columns, rows, place, speed, palette = [
        (9, 16, "X*.28+Y*.33", .6, "dusk"), (18, 32, "hypot(X-8.5,Y-15.5)*.5", -1.4, ""), (6, 11, "X*.9+Y*.4", .4, ""),
        (12, 21, "atan2(Y-10,X-5.5)*2", 1.1, ""), (27, 48, "sin(X*.3)*2+cos(Y*.2)*2", .9, "honey"),
        (9, 16, "mod(X+Y,2)*1.6+Y*.25", .8, "sea"), (15, 27, "abs(X-7)*.6+abs(Y-13)*.4", -1, "berry"),
        (18, 32, "mod(X*7+Y*13,17)*.37", .7, "lagoon"), (12, 21, "max(abs(X-5.5),abs(Y-10))*.7", 1.2, ""),
        (6, 11, "mod(X*3+Y*5,7)", .5, "rose")][variant]
    grout = f"drawgrid=w={360 / columns:g}:h={640 / rows:g}:t=2:c=0x14101c@.7"
    if palette:
        tile = f"clip(.5+.3*sin({place}+T*{speed})+.16*sin(X*1.7+Y*2.3+T*1.3),0,1)"
        return f"nullsrc=s={columns}x{rows}:r={FPS},format=gray,geq=lum='255*{tile}',{_CRISP},{coloured(palette)},{grout}"
    glow = ".8+.2*sin(X*1.7+Y*2.3+T*1.3)"
    red, green, blue = (f"255*({glow})*(.58+.36*sin({place}+T*{speed}+{shift}))" for shift in (0, 2.1, 4.2))
    return f"nullsrc=s={columns}x{rows}:r={FPS},format=gbrp,geq=r='{red}':g='{green}':b='{blue}',{_CRISP},{grout}"


def orbits(variant, seconds):
    a, b, drift, colour = [(3, 2, .11, (250, 160, 52)), (5, 4, .07, (116, 181, 255)), (3, 4, .17, (140, 230, 180)),
                           (7, 5, .05, (255, 140, 190)), (2, 1, .23, (255, 216, 61)), (1, 1, .31, (235, 240, 255)),
                           (9, 8, .04, (160, 120, 255)), (5, 2, .13, (255, 110, 80)), (4, 1, .19, (90, 230, 240)),
                           (8, 3, .06, (200, 255, 120))][variant]
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
                           (".5+.3*sin(X/5+3*sin(T*.6))+.2*cos(Y/6-T)", "dusk"),
                           (".5+.5*sin(atan2(Y,X+1)*12+T)*cos(hypot(X,Y)/9-T*1.6)", "honey"),
                           (".5+.25*sin(X*X/300-T*2)+.25*sin(Y*Y/500+T*1.3)", "sea"),
                           (".5+.5*sin(max(X,Y*.56)/6-T*2)*cos((X-Y)/14+T)", "aurora"),
                           (".5+.25*sin(hypot(X-45,Y-80)/4-T*2)+.25*cos(hypot(X,Y)/7+T)", "rose"),
                           (".5+.5*cos(X/6+2*sin(Y/17+T))*sin(Y/8-T)", "moss")][variant]
    return (f"nullsrc=s=90x160:r=15,format=gray,geq=lum='255*clip({expression},0,1)',"
            f"scale=180:320:flags=bicubic,split[l][r];[r]hflip[rr];[rr][l]hstack,split[u][d];[u]vflip[uu];"
            f"[uu][d]vstack,{coloured(palette)}")


TOPICS = (fractals, automata, life, waves, gradients, clouds, rings, triangles, cards, mosaics, orbits, kaleidoscopes)
DRAW = {draw.__name__: draw for draw in TOPICS}
