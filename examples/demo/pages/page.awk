# The first line of a page is its title, an empty line ends a paragraph.
BEGIN { print "<!DOCTYPE html>\n<html lang=\"en\">\n<link rel=\"stylesheet\" href=\"site.css\">" }
{ gsub(/&/, "\\&amp;"); gsub(/</, "\\&lt;"); gsub(/>/, "\\&gt;") }
NR == 1 { printf "<title>%s</title>\n<h1 id=\"%s\">%s</h1>\n<p>\n", $0, name, $0; next }
/^$/ { print "</p>\n<p>"; next }
{ print }
END { print "</p>\n</html>" }
