// Classic script, so that it runs before anything is painted: the theme chosen earlier, if any.
{
  try {
    const theme = localStorage.getItem('potik.theme');
    if (theme) document.documentElement.dataset.theme = theme;
  } catch {
    // blocked: as the system says
  }
}
