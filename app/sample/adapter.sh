#!/bin/sh
# adapter.sh - orders onto a list that somebody prints: feeds/README.md, the contract.
read -r hello
echo '{"hello":1,"adapter":"list","takes":["dispatch","recall","message"]}'
while read -r line; do
    order=$(printf '%s\n' "$line" | sed -n 's/^{"order":"\([^"]*\)".*/\1/p')
    [ -n "$order" ] || continue
    # The same order may come twice; its id makes it one. HOME is the feed's scratch folder.
    grep -qxF "$order" "$HOME/seen" 2>/dev/null || {
        printf '%s\n' "$line" >> "$HOME/orders.txt" && echo "$order" >> "$HOME/seen"
    } && echo "{\"report\":\"receipt\",\"order\":\"$order\",\"stage\":\"sent\"}"
done
