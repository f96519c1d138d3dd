// The sound of a call.
export const ring = () => {
  const audio = new AudioContext(), tone = audio.createOscillator(), volume = audio.createGain()
  tone.frequency.value = 660
  volume.gain.setValueAtTime(0.2, 0)
  volume.gain.linearRampToValueAtTime(0, audio.currentTime + 0.4)
  tone.connect(volume).connect(audio.destination)
  tone.start()
  tone.stop(audio.currentTime + 0.4)
  tone.onended = () => audio.close()
}
