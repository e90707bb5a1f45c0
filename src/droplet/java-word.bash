#!/bin/bash
# Appends the option $2, whose variables are expanded, to __java as one word: of JAVA_TOOL_OPTIONS when $1 is tool, else of
# JAVA_OPTS (option-quoting.ts has the rules). Line breaks, which neither supports, become spaces; an empty option is
# omitted.
__sidecar_java_word() {
  local text=${2//[$'\n\r']/ } word='' letter at code blank=''
  [ "$text" ] || return 0
  for ((at = 0; at < ${#text}; at++)); do
    letter=${text:at:1}
    case $1:$letter in
      tool:\") word+="'\"'" ;;
      tool:[[:space:]\']) word+=\"$letter\" ;;
      tool:*) word+=$letter ;;
      *:\$) word+="'\$'" ;;
      *:-) word+=${blank:+\\}- ;;
      *:[A-Za-z0-9_./:,+=@%]) word+=$letter ;;
      *:[[:space:]])
        # 5.x removes spaces at the end of the whole string, even after a backslash.
        ((at + 1 < ${#text})) && word+=\\$letter || word+="'$letter'"
        ;;
      *)
        printf -v code %d "'$letter"
        ((code > 127 || code < 0)) && word+=$letter || word+=\\$letter
        ;;
    esac
    case $letter in [[:space:]]) blank=1 ;; *) blank='' ;; esac
  done
  __java+="${__java:+ }$word"
}
