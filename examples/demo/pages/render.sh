# render.sh SOURCE CACHE TARGET: each page to HTML, unless the cache has it from an earlier time.
set -eu
rendered=0 kept=0
mkdir -p "$3"
for page in "$1"/*.txt; do
  name=$(basename "$page" .txt)
  sum=$(cat "$page" "$1/page.awk" | sha256sum | cut -c1-32)
  if [ -f "$2/$sum" ]; then
    kept=$((kept + 1))
  else
    awk -v name="$name" -f "$1/page.awk" "$page" >"$2/$sum.$$"
    mv "$2/$sum.$$" "$2/$sum"
    rendered=$((rendered + 1))
  fi
  cp "$2/$sum" "$3/$name.html"
done
echo "$rendered pages rendered, $kept taken from the cache directory"
